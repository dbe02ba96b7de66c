/** The tenant that is there from the beginning; whatever no other one claims is its. */
export const FIRST_TENANT = 'default';
