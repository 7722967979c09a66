import { useEffect, useRef } from 'preact/hooks';
import { useRoute } from '../../ui/route';
import { ModelList } from './model-list';
import { TargetPage } from './target-page';

export function Models() {
  const { id, parameters } = useRoute();
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) {
      // As after a new page: who hears or tabs through it begins at its heading.
      document.querySelector<HTMLElement>('main h1')?.focus();
      scrollTo(0, 0);
    }

    first.current = false;
  }, [id]);
  return id === null ? <ModelList days={parameters.get('range') === '7d' ? 7 : 30} /> : <TargetPage key={id} target={id} measure={parameters.get('measure')} />;
}
