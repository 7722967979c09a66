import { useEffect, useState } from 'preact/hooks';
import type { Key } from '../../api/types';
import { Copy } from '../../ui/copy';
import { Dialog } from '../../ui/dialog';
import { moment } from '../../ui/format';
import { Field } from '../../ui/pieces';
import { exampleModel, useOwnModels } from './own-models';
import { readingLines, tools, type Lines } from './ready-lines';
import { Suggestions } from './suggestions';
import { Warnings } from './warnings';

/** The text of a key, this once, and how to use it. Only its button closes it. */
export function Issued({ issued, onClose }: { issued: Key; onClose: () => void }) {
  const secret = issued.key ?? '';
  const rotated = issued.rotated_at !== undefined || issued.previous_valid_until !== undefined;
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
  return (
    <Dialog title={rotated ? `New secret of ${issued.name ?? issued.id}` : `Your new key${issued.name ? `: ${issued.name}` : ''}`} onClose={onClose} look="wide" sticky>
      <p>Copy the key now. <strong>It is shown this once</strong>; the gateway keeps no copy of it. {rotated && old(issued)}</p>
      <Copy label="Key" text={secret} secret />
      <Warnings of={issued.warnings} />
      {callsModels(issued) ? <Examples issued={issued} secret={secret} /> : <Blocks lines={readingLines({ url: location.origin, key: secret })} />}
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={onClose}>I have saved it</button>
      </div>
    </Dialog>
  );
}

function old({ previous_valid_until: until }: Key): string {
  return until && Date.parse(until) > Date.now() ? `The old secret works until ${moment(until).slice(0, -3)} UTC.` : 'The old secret does not work any more; instances follow within a minute.';
}

function callsModels({ scopes }: Key): boolean {
  return scopes.length === 0 || scopes.includes('models') || scopes.includes('manage');
}

function Examples({ issued, secret }: { issued: Key; secret: string }) {
  const models = useOwnModels(secret);
  const [chosen, setChosen] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const model = chosen ?? exampleModel(models ?? [], issued.models);
  return (
    <section class="examples" aria-label="Lines to paste">
      <h3>Lines to paste</h3>
      <div class="segments" role="group" aria-label="For">
        {tools.map(({ name }, index) => <button key={name} type="button" aria-pressed={index === at} onClick={() => setAt(index)}>{name}</button>)}
      </div>
      <Field label="Model in these lines" hint={models?.length === 0 ? 'The gateway named no model to this key: write one that it serves.' : undefined}>
        <input type="text" list="own-models" spellcheck={false} autocomplete="off" value={model} onInput={(event) => setChosen(event.currentTarget.value)} />
      </Field>
      <Suggestions id="own-models" values={models ?? []} />
      <Blocks lines={tools[at]!.lines({ url: location.origin, key: secret, model })} />
    </section>
  );
}

function Blocks({ lines }: { lines: Lines[] }) {
  return <>{lines.map(({ label, text }) => <Copy key={label} label={label} text={text} />)}</>;
}
