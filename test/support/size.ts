/** As many as the database of the profile takes in a minute: that of the tests on six services is no fast one. */
export const sized = (oneProcess: number, sixServices: number): number =>
  process.env['ASSENT_PROFILE'] === 'distributed' ? sixServices : oneProcess;
