import { PageHead } from '../../ui/pieces';

export function Requests() {
  return <PageHead title="Requests" />;
}
