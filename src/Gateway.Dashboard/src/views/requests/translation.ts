/** What was done to a request, as `x-gateway-translation` says it: "dropped=top_k; changed=max_tokens:32000->16384". */
export interface Changes {
  what: string;
  entries: string[];
}

const headings: Record<string, string> = {
  dropped: 'Left out, since the provider has no such thing',
  changed: 'Changed to what the provider takes',
  repaired: 'Repaired, since it could not be sent as it was',
};

/** Null where the text has another form: then it is shown as it is. */
export function readChanges(text: string): Changes[] | null {
  if (text === '' || text === 'none') {
    return [];
  }

  const parts = text.split('; ').map((part) => /^(\w+)=(.+)$/.exec(part));
  return parts.some((part) => part === null) ? null : parts.map((part) => ({
    what: headings[part![1]!] ?? part![1]!,
    entries: part![2]!.split(',').map(readEntry),
  }));
}

/** "max_tokens:32000->16384" as "max_tokens: 32000 → 16384". */
function readEntry(entry: string): string {
  const text = entry.replace('->', ' → ');
  return entry.includes('->') ? text.replace(':', ': ') : text;
}
