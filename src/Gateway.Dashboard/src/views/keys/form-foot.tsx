import type { ApiError } from '../../api/client';
import { Failure } from '../../ui/states';

/** The end of a form: what is wrong with it, and its buttons. It stays in view, however long the form is. */
export function FormFoot({ submit, back, busy, problem, error }: { submit: string; back: string; busy: boolean; problem: string | null; error: ApiError | null }) {
  return (
    <div class="form-foot">
      {problem !== null ? <div class="notice bad" role="alert">{problem}</div> : error && <Failure error={error} />}
      <div class="dialog-actions">
        <a class="button" href={back}>Cancel</a>
        <button type="submit" class="button primary" aria-disabled={busy}>{busy ? 'One moment…' : submit}</button>
      </div>
    </div>
  );
}
