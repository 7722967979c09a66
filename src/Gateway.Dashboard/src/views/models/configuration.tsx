import type { ActiveConfiguration } from '../../api/operation-types';
import { count, moment } from '../../ui/format';

/** Which configuration is in force at the instance that answered, and what became of its last change. */
export function Configuration({ of: { generation, taken_at: taken, file, refused, in_force_after_start: waiting, providers, models } }: { of: ActiveConfiguration }) {
  return (
    <section class="card" aria-label="Configuration">
      <header class="card-head"><h2>Configuration</h2></header>
      <div class="notices">
        {refused && (
          <div class="notice bad">
            <div>
              <strong>The last change of the file was refused on {moment(refused.at)} UTC; what was there before stays in force</strong>
              <ul class="dots">{refused.problems.map((problem) => <li key={problem}>{problem}</li>)}</ul>
            </div>
          </div>
        )}
        {waiting.length > 0 && (
          <div class="notice warn">
            <div>
              <strong>{waiting.length === 1 ? 'One changed setting waits' : `${waiting.length} changed settings wait`} for the next start</strong>
              <ul class="dots">{waiting.map((setting) => <li key={setting}><code>{setting}</code></li>)}</ul>
            </div>
          </div>
        )}
        <dl class="target-facts">
          <div><dt>Generation</dt><dd>{count(generation)}{taken ? `, in force since ${moment(taken)} UTC` : ', that of the start'}</dd></div>
          <div><dt>File</dt><dd>{file ? <code>{file}</code> : 'none: settings come from the environment'}</dd></div>
          <div><dt>Holds</dt><dd>{count(providers.length)} {providers.length === 1 ? 'provider' : 'providers'}, {count(models.length)} {models.length === 1 ? 'model' : 'models'}</dd></div>
        </dl>
      </div>
    </section>
  );
}
