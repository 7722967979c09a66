import { link } from '../../ui/route';

/** The way up from a page of one key or team. */
export function Back({ teams = false, to }: { teams?: boolean; to?: { label: string; address: string } }) {
  return (
    <nav class="crumbs" aria-label="Way back">
      <a href={link('keys', { tab: teams ? 'teams' : undefined })}>{teams ? 'Teams' : 'Keys and teams'}</a>
      {to && <><span aria-hidden="true">/</span><a href={to.address}>{to.label}</a></>}
    </nav>
  );
}
