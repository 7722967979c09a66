import { Component, type ComponentChildren } from 'preact';

interface Props {
  /** What is drawn; another one is tried again. */
  of: string;
  children: ComponentChildren;
}

interface State {
  failed: boolean;
  of: string;
}

/** Where a view cannot be drawn, the rest of the page goes on, and the next view is drawn as always. */
export class Boundary extends Component<Props, State> {
  override state = { failed: false, of: this.props.of };

  static override getDerivedStateFromProps({ of }: Props, before: State): State | null {
    return of === before.of ? null : { failed: false, of };
  }

  static override getDerivedStateFromError(): Partial<State> {
    return { failed: true };
  }

  override render() {
    return !this.state.failed ? this.props.children : (
      <div class="notice bad" role="alert">
        <div>
          <strong>This view cannot be drawn</strong>
          <p>The gateway answered something that this page does not understand. If both were updated a moment ago, load the page anew.</p>
        </div>
        <button type="button" class="button" onClick={() => location.reload()}>Load anew</button>
      </div>
    );
  }
}
