/** Layers of land that is approved for a project, which a search for leftovers takes off (docs/decisions/0009). */

/** Advance use, conversion, expropriation. No standard table of supplied land is known. */
export const approvedLayers = ['xx_xmzdfw', 'zz_nydzyfw', 'zz_tdzsfw'] as const;

/** 征收 changes the owner and comes before supply: what it takes off is told as a reason of the answer. */
export const EXPROPRIATION = 'zz_tdzsfw';
