/** What is known, for the inputs whose list this is; anything else may be typed, too. */
export function Suggestions({ id, values }: { id: string; values: string[] }) {
  return <datalist id={id}>{values.map((value) => <option key={value} value={value} />)}</datalist>;
}
