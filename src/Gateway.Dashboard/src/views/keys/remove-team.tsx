import { change } from '../../api/client';
import type { Team } from '../../api/types';
import { useAction } from '../../ui/action';
import { Dialog } from '../../ui/dialog';
import { Failure } from '../../ui/states';
import { Lines } from './key-facts';
import { budgetsInWords, ratesInWords } from './limit-kinds';

export function RemoveTeam({ of: { name, limits }, onClose, onRemoved }: { of: Team; onClose: () => void; onRemoved: () => void }) {
  const { busy, error, run } = useAction();
  const remove = () => run(async () => {
    await change<Team>('DELETE', `/manage/teams/${encodeURIComponent(name)}`);
    onRemoved();
  });
  return (
    <Dialog title={`Remove all limits of ${name}?`} onClose={onClose}>
      <p>These end within a minute, with its time zone and its alerts:</p>
      <div class="remarks"><Lines of={[...budgetsInWords(limits), ...ratesInWords(limits)]} none="no limit" /></div>
      <p>Keys of <strong>{name}</strong> go on working, each with its own limits only. What was spent stays on record. <strong>The limits themselves do not come back</strong>: they would have to be set anew.</p>
      {error && <Failure error={error} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        <button type="button" class="button danger" aria-disabled={busy} onClick={remove}>{busy ? 'One moment…' : 'Remove the limits'}</button>
      </div>
    </Dialog>
  );
}
