/** Models of the contract. */
export type * from './generated/types.gen.js';
