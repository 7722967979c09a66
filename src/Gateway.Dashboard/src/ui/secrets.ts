/**
 * A text without the secret of keys in it: of a whole key its id is left. Addresses are kept in histories and logs, and
 * whoever pastes a key into a filter means the key, not its secret.
 */
export function withoutSecrets(text: string): string {
  return text.replace(/mgw_([^_\s]+)_\S*/gi, '$1');
}
