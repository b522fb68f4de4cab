// Imported first: what follows starts six services instead of one process.
process.env['ASSENT_PROFILE'] = 'distributed';
