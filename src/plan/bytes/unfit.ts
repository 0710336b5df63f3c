// Thrown where data turn out not to fit the byte path: the partition is computed again on the plain path.

export class Unfit extends Error {}
