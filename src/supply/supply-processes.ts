/** Ids of the processes of this room that carry out numbered measures of the policy documents, as coverage rows name them. */
export const supplyProcesses = ['bundles', 'fragments'] as const;
