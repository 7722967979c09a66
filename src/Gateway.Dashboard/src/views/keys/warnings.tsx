/** What the gateway remarked about a change that it made. */
export function Warnings({ of }: { of: string[] | undefined }) {
  return of === undefined || of.length === 0 ? null : (
    <div class="notice warn" role="status">
      <div>
        <strong>It is done. The gateway remarks:</strong>
        <ul class="remarks">{of.map((text) => <li key={text}>{text}</li>)}</ul>
      </div>
    </div>
  );
}
