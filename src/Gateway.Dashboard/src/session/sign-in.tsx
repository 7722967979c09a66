import { useEffect, useState } from 'preact/hooks';
import { ApiError, get } from '../api/client';
import type { Me } from '../api/types';
import { useAction } from '../ui/action';
import { Mark } from '../ui/icons';
import { beginSignIn, finishSignIn, isReturning, type Oidc, type SignInSettings } from './oidc';
import { beginSession, credential } from './session';

export function SignIn({ reason }: { reason: string | null }) {
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [settings, setSettings] = useState<SignInSettings | null>(null);
  const { busy, run } = useAction();
  useEffect(() => {
    document.title = 'Sign in · Messages Gateway';
    // Whoever has a key need not wait for the issuer's endpoints.
    void get<SignInSettings>('/dashboard/sign-in.json').then((found) => {
      setSettings(found);
      const { oidc } = found;
      if (oidc && isReturning()) {
        void run(() => finish(oidc));
      }
    }, () => setSettings(null));
  }, []);

  const finish = async (oidc: Oidc) => {
    try {
      await open('token', await finishSignIn(oidc));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };

  const open = async (kind: 'key' | 'token', secret: string) => {
    try {
      const answer = await fetch('/manage/me', { headers: credential({ kind, secret }), cache: 'no-store', credentials: 'omit' });
      const body = await answer.json();
      if (!answer.ok) {
        throw new ApiError(answer.status, body.error.message, null);
      }

      beginSession({ kind, secret, me: body as Me });
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : 'The gateway cannot be reached. Is it running?');
    }
  };

  const submit = (event: Event) => {
    event.preventDefault();
    const text = key.trim();
    if (!text) {
      setProblem('Paste a key of the gateway.');
    } else if (/[^\x21-\x7e]/.test(text)) {
      setProblem('A key has no spaces, line breaks or special characters: paste it again.');
    } else {
      setProblem(null);
      void run(() => open('key', text));
    }
  };

  return (
    <main class="sign-in">
      <div class="card">
        <div class="brand"><Mark /><span>Messages Gateway</span></div>
        <h1>Sign in</h1>
        <p class="quiet">With a key of the scope <code>manage</code>, <code>usage</code> or <code>usage:all</code>. Any other key sees its own usage.</p>
        {reason && !problem && <div class="notice warn" role="alert"><div><strong>You were signed out</strong><p>{reason}</p></div></div>}
        {problem && <div class="notice bad" role="alert" id="sign-in-problem"><div><strong>Not signed in</strong><p>{problem}</p></div></div>}
        <form onSubmit={submit}>
          <label class="field">
            <span class="field-label">Key</span>
            <input type="password" name="key" autocomplete="off" spellcheck={false} autofocus value={key} aria-describedby={problem ? 'sign-in-problem' : undefined} onInput={(event) => setKey(event.currentTarget.value)} />
          </label>
          <button type="submit" class="button primary" aria-disabled={busy}>{busy ? 'One moment…' : 'Sign in'}</button>
        </form>
        {settings?.oidc && (
          <>
            <div class="or"><span>or</span></div>
            <button type="button" class="button" aria-disabled={busy} onClick={() => run(() => beginSignIn(settings.oidc!))}>Sign in at {new URL(settings.oidc.issuer).host}</button>
          </>
        )}
        {settings?.problem && <p class="hint">{settings.problem}</p>}
        <p class="hint">The key stays in this tab, is sent to this gateway only, and is forgotten when the tab is closed.</p>
      </div>
    </main>
  );
}
