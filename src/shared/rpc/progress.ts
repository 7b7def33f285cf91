/** How far a call has come. */
export interface Progress {
  /** What is being done, as shown to the user: "Reading the model". */
  readonly stage: string;
  /** 0 … 1, or null where the length is unknown. */
  readonly fraction: number | null;
}
