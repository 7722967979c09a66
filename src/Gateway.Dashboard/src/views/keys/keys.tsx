import { PageHead } from '../../ui/pieces';

export function Keys() {
  return <PageHead title="Keys" />;
}
