// The processes that chaos befalls: some comparators of one group, and an archiver.
import type { ProcessUnderTest } from '@parallax/platform/testing';
import { died, type Ground, type Service } from './ground.ts';

export class Members {
  readonly #ground: Ground;
  readonly #comparators: ProcessUnderTest[] = [];
  readonly #failed = Promise.withResolvers<never>();
  readonly #leaving = new WeakSet<ProcessUnderTest>();
  #archiver: ProcessUnderTest;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#failed.promise.catch(() => undefined);
    this.join();
    this.#archiver = this.#start('archiver');
  }

  get count(): number {
    return this.#comparators.length;
  }

  /** Never resolves; rejects when a process ends that nobody has ended. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  join(): void {
    this.#comparators.push(this.#start('comparator'));
  }

  /** SIGTERM to the oldest. Rejects when it does not end in order. */
  async leave(): Promise<void> {
    const oldest = this.#comparators.shift();
    if (oldest !== undefined) await this.#stop('comparator', oldest);
  }

  /** SIGKILL to the oldest; another one comes in its place. */
  async kill(): Promise<void> {
    const oldest = this.#comparators.shift();
    this.join();
    if (oldest !== undefined) await this.#kill(oldest);
  }

  async killArchiver(): Promise<void> {
    await this.#kill(this.#archiver);
    this.#archiver = this.#start('archiver');
  }

  /** SIGSTOP to the oldest; the function it returns lets it go on. */
  freeze(): () => void {
    const [oldest] = this.#comparators;
    oldest?.child.kill('SIGSTOP');
    return () => void oldest?.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await Promise.all([
      ...this.#comparators.splice(0).map((one) => this.#stop('comparator', one)),
      this.#stop('archiver', this.#archiver),
    ]);
  }

  #start(service: Service): ProcessUnderTest {
    const started = this.#ground.start(service);
    void started.ended.then((ended) => {
      if (!this.#leaving.has(started)) this.#failed.reject(died(service, ended));
    });
    return started;
  }

  async #stop(service: Service, one: ProcessUnderTest): Promise<void> {
    this.#leaving.add(one);
    one.child.kill('SIGTERM');
    const ended = await one.ended;
    // Told to stop before it listened to signals.
    if (ended.code !== 0 && ended.signal !== 'SIGTERM') throw died(service, ended);
  }

  async #kill(one: ProcessUnderTest): Promise<void> {
    this.#leaving.add(one);
    one.child.kill('SIGKILL');
    await one.ended;
  }
}
