import type { Alert, StoredAlert } from '../../api/operation-types';
import { ago, moment } from '../../ui/format';
import { Badge, type Tone } from '../../ui/pieces';
import { link } from '../../ui/route';

const states: Record<StoredAlert['state'], { tone: Tone; word: string }> = {
  pending: { tone: 'warn', word: 'Waiting' },
  sent: { tone: 'good', word: 'Sent' },
  failed: { tone: 'bad', word: 'Not delivered' },
  recorded: { tone: 'quiet', word: 'Recorded' },
};

export function AlertItem({ stored }: { stored: StoredAlert }) {
  const { alert, state } = stored;
  const about = aboutOf(alert);
  return (
    <li class="alert">
      <div class="alert-time">
        <time dateTime={alert.at} title={ago(alert.at)}>{moment(alert.at)} UTC</time>
        <span class="quiet">{alert.event}</span>
      </div>
      <div class="alert-text">
        <h3>{alert.title}</h3>
        <p>{alert.message} {about && <a href={about.href}>{about.label}</a>}</p>
      </div>
      <div class="alert-state">
        <Badge tone={states[state].tone}>{states[state].word}</Badge>
        <span class="quiet">{wayOf(stored)}</span>
      </div>
    </li>
  );
}

/** What became of sending it. */
function wayOf({ state, sent_to: sentTo, attempts, problem }: StoredAlert): string {
  const tried = attempts === 0 ? 'not tried yet' : attempts === 1 ? 'tried once' : `tried ${attempts} times`;
  const parts = state === 'recorded'
    ? ['no webhook wants it']
    : [...(sentTo.length > 0 ? [`to ${sentTo.join(', ')}`] : []), ...(state === 'sent' ? [] : [state === 'failed' ? `given up after a day, ${tried}` : tried])];
  return [parts.join('; '), ...(state !== 'sent' && problem ? [problem] : [])].join('. ');
}

/** Where the page tells more of what it is about. */
function aboutOf({ budget, target }: Alert): { href: string; label: string } | null {
  return target ? { href: link('models', {}, target.name), label: `Target ${target.name}` }
    : !budget ? null
    : budget.scope === 'key' ? { href: link('keys', {}, budget.id), label: `Key ${budget.name ?? budget.id}` }
    : budget.scope === 'team' ? { href: link('keys', { tab: 'teams' }), label: `Team ${budget.team}` }
    : { href: link('overview', { team: budget.team, by: 'person' }), label: `People of team ${budget.team}` };
}
