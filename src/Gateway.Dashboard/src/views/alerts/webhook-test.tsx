import { useState } from 'preact/hooks';
import { change } from '../../api/client';
import type { WebhookAnswer } from '../../api/operation-types';
import { useAction } from '../../ui/action';
import { Dialog } from '../../ui/dialog';
import { Badge } from '../../ui/pieces';
import { Failure } from '../../ui/states';

/** People hear of a test, so it is asked for first; then what each webhook answered. */
export function WebhookTest({ onClose }: { onClose: () => void }) {
  const [answers, setAnswers] = useState<WebhookAnswer[] | null>(null);
  const { busy, error, run } = useAction();
  const send = () => run(async () => setAnswers((await change<{ data: WebhookAnswer[] }>('POST', '/manage/alerts/test')).data));
  return (
    <Dialog title="Send a test message" onClose={onClose}>
      {answers === null && <p>Every webhook of the configuration gets a message that says it is a test. Whoever reads the channel behind it sees it.</p>}
      <div role="status">{answers !== null && <Answers of={answers} />}</div>
      {error && <Failure error={error} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>{answers === null ? 'Cancel' : 'Close'}</button>
        <button type="button" class={answers === null ? 'button primary' : 'button'} aria-disabled={busy} onClick={send}>{busy ? 'Sending…' : answers === null ? 'Send' : 'Send again'}</button>
      </div>
    </Dialog>
  );
}

function Answers({ of }: { of: WebhookAnswer[] }) {
  return of.length === 0 ? (
    <div class="notice warn">
      <div>
        <strong>No webhook is set, so nobody is told</strong>
        <p>Name one under <code>Gateway:Alerts:Webhooks</code>, for example in the environment: <code>Gateway__Alerts__Webhooks__ops__Url</code>. Alerts stay in this list either way.</p>
      </div>
    </div>
  ) : (
    <ul class="answers">
      {of.map(({ webhook, host, format, delivered, status, problem }) => (
        <li key={webhook}>
          <span class="name"><strong>{webhook}</strong><span class="quiet">{host}, {format}</span></span>
          <Badge tone={delivered ? 'good' : 'bad'}>{delivered ? 'Took it' : 'Did not take it'}</Badge>
          <span class="quiet">{problem ?? (status ? `Answered ${status}.` : '')}</span>
        </li>
      ))}
    </ul>
  );
}
