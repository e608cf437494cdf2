/** `up` is towards the server, `down` back to the client. */
export type Flow = 'up' | 'down';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where a proxy leads: a port, or a Unix socket. */
export type Upstream = Address | { readonly path: string };

/** What goes wrong between a client and a server. */
export interface Fault {
  /** Nobody listens: the system itself refuses. */
  readonly refuses?: boolean;
  /**
   * What becomes of connections that are open when the fault begins: both ends see a reset, or the server is gone and
   * the client hears nothing of it. Without this they live on under the fault.
   */
  readonly open?: 'reset' | 'freeze';
  /** What becomes of a new connection; forwarded when missing. */
  admit?(): 'forward' | 'swallow' | 'reset';
  /**
   * Bytes on their way: yields what goes on, when it goes on. Yielding nothing loses them, throwing resets the
   * connection. The chunks of one direction come one after the other. `link` is the same object for one connection.
   */
  carry?(chunk: Buffer, flow: Flow, link: object): AsyncIterable<Buffer>;
}

/** Makes a fault that lets everything through again once `lifted` is aborted. */
export type MakeFault = (lifted: AbortSignal) => Fault;
