import { useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useLoad } from '../../api/load';
import type { Key } from '../../api/types';
import { useMe } from '../../session/session';
import { PageHead } from '../../ui/pieces';
import { link, useRoute } from '../../ui/route';
import { Failure, Freshness, Load } from '../../ui/states';
import { Back } from './back';
import { BudgetBars } from './budget-bars';
import { EditKey } from './edit-key';
import { KeyFacts } from './key-facts';
import { KeyUsage, useKeyUsage } from './key-usage';
import { RevokeKey } from './revoke-key';
import { RotateKey } from './rotate-key';
import { budgetsOf, useBudgets } from './sources';
import { Warnings } from './warnings';

/** One key: what it is, what it may, what it has used, and what can be done with it. */
export function KeyPage({ id, onIssued }: { id: string; onIssued: (key: Key) => void }) {
  const key = useLoad(`key ${id}`, (signal) => get<Key>(`/manage/keys/${encodeURIComponent(id)}`, {}, signal));
  const [changed, setChanged] = useState<Key | null>(null);
  const { manages } = useMe();
  const editing = useRoute().parameters.get('edit') !== null && manages;
  const title = key.data?.name ?? id;
  if (editing) {
    return (
      <>
        <Back to={{ label: title, address: link('keys', {}, id) }} />
        <PageHead title={`Edit ${title}`} />
        <Load of={key} what="the key">{(found) => <EditKey key={key.at?.getTime()} of={found} onSaved={(saved) => { setChanged(saved); key.reload(); location.replace(link('keys', {}, id)); }} />}</Load>
      </>
    );
  }

  return (
    <>
      <Back />
      <PageHead title={title}>
        <Freshness {...key} />
        {manages && key.data && key.data.state !== 'revoked' && <Acts of={key.data} onIssued={onIssued} onChange={key.reload} />}
      </PageHead>
      <Warnings of={changed?.warnings} />
      <Load of={key} what="the key">{(found) => <Contents of={found} />}</Load>
    </>
  );
}

function Contents({ of: key }: { of: Key }) {
  const usage = useKeyUsage(key.id);
  return (
    <>
      <KeyUsage of={key} usage={usage} />
      <Budgets of={key} />
      <KeyFacts of={key} />
    </>
  );
}

function Budgets({ of: { id, team } }: { of: Key }) {
  const { data, error, reload } = useBudgets(team);
  const budgets = budgetsOf(data, 'key', id);
  const ofTeam = budgetsOf(data, 'team', team);
  return (
    <section class="card" aria-label="Budgets">
      <header class="card-head"><h2>Budgets</h2></header>
      {error && <Failure error={error} retry={reload} />}
      {data && budgets.length === 0 && <p class="quiet">This key has no budget of its own.</p>}
      {budgets.length > 0 && <BudgetBars budgets={budgets} />}
      {ofTeam.length > 0 && <><h3 class="sub-head">Shared with all keys of team {team}</h3><BudgetBars budgets={ofTeam} /></>}
    </section>
  );
}

function Acts({ of: key, onIssued, onChange }: { of: Key; onIssued: (key: Key) => void; onChange: () => void }) {
  const [open, setOpen] = useState<'rotate' | 'revoke' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <a class="button small" href={link('keys', { edit: 'yes' }, key.id)}>Edit</a>
      <button type="button" class="button small" onClick={() => setOpen('rotate')}>Rotate</button>
      <button type="button" class="button small danger" onClick={() => setOpen('revoke')}>Revoke</button>
      {open === 'rotate' && <RotateKey of={key} onClose={close} onRotated={(rotated) => { close(); onIssued(rotated); onChange(); }} />}
      {open === 'revoke' && <RevokeKey of={key} onClose={close} onRevoked={() => { close(); onChange(); }} />}
    </>
  );
}
