import { PageHead } from '../ui/pieces';

export function Alerts() {
  return <PageHead title="Alerts" />;
}
