/** What a tar's bytes are wrong in, before it is known which samples stand before it: it becomes a `ShardError`. */
export class TarFault extends Error {
  override readonly name = "TarFault";
  /** Where the damaged entry begins. */
  readonly offset: number;
  /** The damaged entry's name, where it could be read. */
  readonly member: string | undefined;
  /** A name that a damaged header seems to have. */
  readonly likelyMember: string | undefined;
  /** Whether the tar had ended before it, so that nothing is missing. */
  readonly isBehindEnd: boolean;

  constructor(
    fault: string,
    where: {
      readonly offset: number;
      readonly member?: string;
      readonly likelyMember?: string;
      readonly isBehindEnd?: boolean;
    },
    options?: ErrorOptions,
  ) {
    super(fault, options);
    this.offset = where.offset;
    this.member = where.member;
    this.likelyMember = where.likelyMember;
    this.isBehindEnd = where.isBehindEnd ?? false;
  }
}
