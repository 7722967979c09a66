// Drawn by hand on a grid of 24: seven small pictures need no library.
import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{children}</svg>;
}

export const Mark = () => <svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" /><path d="M8 21V11l8 6 8-6v10" /></svg>;
export const OverviewIcon = () => <Icon><path d="M4 20V10M10 20V4M16 20v-7M21 20H3" /></Icon>;
export const KeysIcon = () => <Icon><circle cx="8" cy="15" r="4" /><path d="M11 12 20 3M16 7l3 3" /></Icon>;
export const RequestsIcon = () => <Icon><path d="M4 6h16M4 12h16M4 18h10" /></Icon>;
export const ModelsIcon = () => <Icon><path d="M12 3 20 7.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9" /></Icon>;
export const AuditIcon = () => <Icon><path d="M6 3h9l4 4v14H6zM9 12h7M9 16h7M14 3v5h5" /></Icon>;
export const AlertsIcon = () => <Icon><path d="M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4" /></Icon>;
