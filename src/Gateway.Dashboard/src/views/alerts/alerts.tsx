import { useState } from 'preact/hooks';
import type { StoredAlert } from '../../api/operation-types';
import { useMe } from '../../session/session';
import { More, usePages } from '../../ui/paging';
import { PageHead } from '../../ui/pieces';
import { Empty, Freshness, Load } from '../../ui/states';
import { AlertItem } from './alert-item';
import { WebhookTest } from './webhook-test';

/** What people were told, or are still to be told. */
export function Alerts() {
  const { manages } = useMe();
  const [tests, setTests] = useState(false);
  const alerts = usePages<StoredAlert>('/manage/alerts');
  return (
    <>
      <PageHead title="Alerts">
        {manages && <button type="button" class="button small" onClick={() => setTests(true)}>Send a test message…</button>}
        <Freshness {...alerts} />
      </PageHead>
      <Load of={alerts} what="alerts">
        {(all) => (all.length === 0 ? (
          <section class="card" aria-label="No alerts"><Empty title="No alerts">When a budget runs low, a target is down or the storage is away, it is told here and by webhook. The list keeps 400 days.</Empty></section>
        ) : (
          <>
            <AlertCard title="Still to be sent" alerts={all.filter(({ state }) => state === 'pending')} />
            <AlertCard title="Newest first" alerts={all.filter(({ state }) => state !== 'pending')} />
            <div class="alerts-more"><More of={alerts} what="alerts" /></div>
          </>
        ))}
      </Load>
      {tests && <WebhookTest onClose={() => setTests(false)} />}
    </>
  );
}

function AlertCard({ title, alerts }: { title: string; alerts: StoredAlert[] }) {
  return alerts.length === 0 ? null : (
    <section class="card" aria-label={title}>
      <header class="card-head"><h2>{title}</h2></header>
      <ul class="alerts">{alerts.map((stored) => <AlertItem key={stored.alert.id} stored={stored} />)}</ul>
    </section>
  );
}
