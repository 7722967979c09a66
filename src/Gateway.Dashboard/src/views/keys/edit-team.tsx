import { useState } from 'preact/hooks';
import { ApiError, change, get } from '../../api/client';
import { useLoad } from '../../api/load';
import type { Team } from '../../api/types';
import { useAction } from '../../ui/action';
import { Field, PageHead } from '../../ui/pieces';
import { link } from '../../ui/route';
import { Load } from '../../ui/states';
import { Back } from './back';
import { FormFoot } from './form-foot';
import { changeOf, draftOf, problemOf } from './limit-draft';
import { LimitsForm } from './limits-form';
import { Suggestions } from './suggestions';
import { Warnings } from './warnings';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const back = link('keys', { tab: 'teams' });

/** The limits of a team, be they there or not yet. */
export function EditTeam({ name }: { name: string }) {
  const team = useLoad(`team ${name}`, (signal) => findTeam(name, signal));
  const [saved, setSaved] = useState<Team | null>(null);
  return (
    <>
      <Back teams />
      <PageHead title={`Limits of ${name}`} />
      {saved?.warnings && saved.warnings.length > 0
        ? <><Warnings of={saved.warnings} /><p><a class="button" href={back}>Go to the teams</a></p></>
        : (
          <Load of={team} what="the team">
            {({ found }) => <TeamForm name={name} team={found} onSaved={(now) => { setSaved(now); if (!now.warnings?.length) { location.replace(back); } }} />}
          </Load>
        )}
    </>
  );
}

/** A team without limits is not on record. */
async function findTeam(name: string, signal: AbortSignal): Promise<{ found: Team | null }> {
  try {
    return { found: await get<Team>(addressOf(name), {}, signal) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return { found: null };
    }

    throw error;
  }
}

function addressOf(name: string): string {
  return `/manage/teams/${encodeURIComponent(name)}`;
}

function TeamForm({ name, team, onSaved }: { name: string; team: Team | null; onSaved: (team: Team) => void }) {
  const [start] = useState(() => ({ limits: draftOf(team?.limits ?? {}), zone: team?.time_zone ?? '', week: team?.week_starts ?? '' }));
  const [draft, setDraft] = useState(start);
  const [problem, setProblem] = useState<string | null>(null);
  const { busy, error, run } = useAction();
  const send = (event: Event) => {
    event.preventDefault();
    const limits = changeOf(start.limits, draft.limits);
    const update = {
      ...(limits && { limits }),
      ...(draft.zone.trim() !== start.zone && { time_zone: draft.zone.trim() || null }),
      ...(draft.week !== start.week && { week_starts: draft.week || null }),
    };
    const found = problemOf(draft.limits) ?? (Object.keys(update).length === 0 ? 'Nothing is changed yet.' : null);
    setProblem(found);
    if (found === null) {
      void run(async () => onSaved(await change<Team>('PATCH', addressOf(name), update)));
    }
  };
  return (
    <form class="form" onSubmit={send}>
      <p class="quiet">All keys of the team share these limits. Each key keeps its own beside them. Every instance follows within a minute.</p>
      <LimitsForm draft={draft.limits} onChange={(limits) => setDraft({ ...draft, limits })} />
      <section class="card form-card" aria-label="When its budgets start anew">
        <header><h2>When its budgets start anew</h2><p class="hint">Days, weeks and months of its budgets, and of those of its keys, begin by this clock. Reports stay in UTC.</p></header>
        <div class="fields">
          <Field label="Time zone" hint="A place, such as Europe/Berlin. Empty: UTC."><input type="text" list="time-zones" placeholder="UTC" spellcheck={false} autocomplete="off" value={draft.zone} onInput={(event) => setDraft({ ...draft, zone: event.currentTarget.value })} /></Field>
          <Field label="Weeks begin on"><select value={draft.week} onChange={(event) => setDraft({ ...draft, week: event.currentTarget.value })}><option value="">Monday, as usual</option>{days.map((day) => <option key={day} value={day}>{day[0]!.toUpperCase() + day.slice(1)}</option>)}</select></Field>
        </div>
        <Suggestions id="time-zones" values={Intl.supportedValuesOf('timeZone')} />
      </section>
      <FormFoot submit="Save the limits" back={back} busy={busy} problem={problem} error={error} />
    </form>
  );
}
