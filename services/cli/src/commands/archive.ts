// `parallax archive`: the stored traffic: what there is, whether it is sound, the records, and what goes in and out.
import { Command } from 'commander';
import { catCommand } from './archive/cat.ts';
import { expireCommand } from './archive/expire.ts';
import { importCommand } from './archive/import.ts';
import { lsCommand } from './archive/ls.ts';
import { queryCommand } from './archive/query.ts';
import { verifyCommand } from './archive/verify.ts';

export function archiveCommand(): Command {
  return new Command('archive')
    .description('The stored traffic: every record of the input and of both sides, byte for byte.')
    .addCommand(lsCommand())
    .addCommand(verifyCommand())
    .addCommand(catCommand())
    .addCommand(importCommand())
    .addCommand(queryCommand())
    .addCommand(expireCommand());
}
