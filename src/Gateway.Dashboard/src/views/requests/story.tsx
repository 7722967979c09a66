import type { ComponentChildren } from 'preact';
import type { Receipt } from '../../api/types';
import { Badge } from '../../ui/pieces';
import { CopyButton } from '../../ui/copy-button';
import { Attempts } from './attempts';
import { Cost } from './cost';
import { Facts } from './facts';
import { badgeOf, questionOf, sentenceOf } from './outcome';
import { Timeline } from './timeline';
import { readChanges } from './translation';

/** A request from its end to its details: what became of it, who asked, who answered, when, and for how much. */
export function Story({ receipt, keyName }: { receipt: Receipt; keyName: (id: string) => string }) {
  return (
    <>
      <Outcome receipt={receipt} />
      <Facts receipt={receipt} keyName={keyName} />
      <Part title="Route"><Attempts receipt={receipt} /></Part>
      <Part title="Timeline"><Timeline receipt={receipt} /></Part>
      <Part title="Tokens and cost"><Cost receipt={receipt} /></Part>
      <Part title="Translation"><Translation text={receipt.translation} /></Part>
      {receipt.notes.length > 0 && <Part title="Notes"><ul class="points">{receipt.notes.map((note) => <li key={note}>{note}</li>)}</ul></Part>}
      <Upstream receipt={receipt} />
      <footer class="dialog-actions"><CopyButton label="Copy as JSON" text={JSON.stringify(receipt, null, 2)} /></footer>
    </>
  );
}

export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return <section class="part" aria-label={title}><h3>{title}</h3>{children}</section>;
}

function Outcome({ receipt }: { receipt: Receipt }) {
  const { word, tone } = badgeOf(receipt);
  const question = questionOf(receipt);
  return (
    <div class="outcome">
      <p class="sentence"><Badge tone={tone}>{receipt.status} {word}</Badge><span>{sentenceOf(receipt)}</span></p>
      {question && (
        <section class={`why ${tone}`} aria-label={question}>
          <h3>{question}</h3>
          <p>{receipt.why ?? receipt.reason ?? 'There is no more on record than the type of the error.'}</p>
        </section>
      )}
    </div>
  );
}

function Translation({ text }: { text: string }) {
  const changes = readChanges(text);
  return changes === null ? <p>{text}</p> : changes.length === 0 ? <p class="quiet">Nothing was changed on the way.</p> : (
    <dl class="changes">
      {changes.map(({ what, entries }) => <div key={what}><dt>{what}</dt><dd>{entries.map((entry) => <code key={entry}>{entry}</code>)}</dd></div>)}
    </dl>
  );
}

function Upstream({ receipt: { upstream, upstream_request_id: id, upstream_status: status } }: { receipt: Receipt }) {
  const facts = [...(status === null ? [] : [['Status', String(status)]]), ...(id === null ? [] : [['Request id', id]]), ...Object.entries(upstream)];
  return facts.length === 0 ? null : (
    <Part title="What the provider said of itself">
      <dl class="facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd class="mono">{value}</dd></div>)}</dl>
    </Part>
  );
}
