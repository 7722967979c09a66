import { PageHead } from '../../ui/pieces';

export function Models() {
  return <PageHead title="Models" />;
}
