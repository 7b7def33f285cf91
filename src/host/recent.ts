import { EventEmitter, type Disposable, type Event, type Memento } from 'vscode';
import { AtRest } from './at-rest';
import {
  keepable,
  readRecent,
  recentKey,
  sameRequest,
  withRecent,
  type RecentExplanation,
  type RecentRequest,
} from './recent-list';

const key = 'explanations.recent';
/** A text that is edited is another one with every letter: the list is written, and the tree drawn, when that rests. */
const writtenMs = 300;

/** Explanations that were opened in this workspace, most recent first. */
export class Recent implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly writing = new AtRest(() => void this.write(), writtenMs);
  private known: readonly RecentExplanation[] | null = null;

  constructor(private readonly memento: Memento) {}

  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  get list(): readonly RecentExplanation[] {
    return (this.known ??= readRecent(this.memento.get(key)));
  }

  /** It comes first, and takes the place of `instead`; nothing is written where it is first already. */
  add(request: RecentRequest, instead: RecentRequest | null = null): void {
    const { list } = this;
    const [first] = list;
    if (first && sameRequest(first.request, keepable(request))) return;
    this.known = withRecent(list, request, Date.now(), instead);
    this.writing.ask();
  }

  remove(entry: RecentExplanation): Promise<void> {
    return this.set(this.list.filter((other) => recentKey(other.request) !== recentKey(entry.request)));
  }

  clear(): Promise<void> {
    return this.set([]);
  }

  dispose(): void {
    if (this.writing.waiting) this.writing.now();
    this.changed.dispose();
  }

  private set(list: readonly RecentExplanation[]): Promise<void> {
    this.known = list;
    this.writing.dispose();
    return this.write();
  }

  private async write(): Promise<void> {
    const { list } = this;
    await this.memento.update(key, list.length === 0 ? undefined : list);
    this.changed.fire();
  }
}
