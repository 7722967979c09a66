import { link } from '../../ui/route';
import { Empty } from '../../ui/states';

/** Why the list is empty, and what to do about it. */
export function NothingFound({ narrowed, further, older }: { narrowed: boolean; further: string | undefined; older: boolean }) {
  return further ? <Empty title="Nothing found so far">The gateway looks through a part of the time at once. “Older” goes on from here.</Empty>
    : narrowed ? <Empty title="No request matches"><a href={link('requests')}>Take all filters away</a>, or choose a longer time: without one, these are the last 30 days.</Empty>
    : older ? <Empty title="Nothing older"><a href={link('requests')}>Go back to the newest</a></Empty>
    : <Empty title="No requests in the last 30 days">They appear here a few seconds after they are answered. Choose a time under Filters for older ones.</Empty>;
}
