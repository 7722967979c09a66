import { useState } from 'preact/hooks';
import type { UsageRow } from '../../api/types';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/pieces';
import { setParameters } from '../../ui/route';
import { useTeamNames } from './sources';
import { Suggestions } from './suggestions';

/** Which team gets limits: one that has some already is edited. */
export function NameTeam({ usage, onClose }: { usage: Map<string, UsageRow> | undefined; onClose: () => void }) {
  const [name, setName] = useState('');
  const names = useTeamNames(usage);
  const go = (event: Event) => {
    event.preventDefault();
    if (name.trim() !== '') {
      onClose();
      setParameters({ edit: name.trim() });
    }
  };
  return (
    <Dialog title="Add limits for a team" onClose={onClose}>
      <form class="form" onSubmit={go}>
        <Field label="Team" hint="As its keys name it. All keys of the team share its limits.">
          <input type="text" required maxLength={64} list="limited-teams" autocomplete="off" spellcheck={false} autofocus value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Suggestions id="limited-teams" values={names} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary">Continue</button>
        </div>
      </form>
    </Dialog>
  );
}
