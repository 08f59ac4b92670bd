import { knownJson } from './known-json';
import { rejectProblems } from '../../construct/errors';
import { isKnown, legible } from '../../core/repository-policy/known-text';
import { checkAccount, checkArn, checkOrganization, checkPath } from '../../core/repository-policy/name-checks';
import type { Report } from '../../core/repository-policy/problem-codes';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';

type Check = (text: string, at: string, report: Report) => void;

/** What a helper is given, checked where the user wrote it. Tokens pass. */
export class HelperInputs {
  private readonly problems: Problem[] = [];

  private readonly report: Report;

  constructor(private readonly helper: string) {
    this.report = (code, path, message) => this.problems.push({ code, path, message });
  }

  accounts(name: string, values: readonly string[]): this {
    return this.check(name, values, checkAccount);
  }

  account(name: string, value: string): this {
    checkAccount(String(knownJson(value)), name, this.report);
    return this;
  }

  organizations(name: string, values: readonly string[]): this {
    return this.check(name, values, checkOrganization);
  }

  paths(name: string, values: readonly string[]): this {
    return this.check(name, values, checkPath);
  }

  projects(name: string, values: readonly string[]): this {
    return this.check(name, values, checkProjectName);
  }

  /** None is fine. */
  arns(name: string, values: readonly string[]): this {
    return values.length === 0 ? this : this.check(name, values, checkArn);
  }

  refuse(): void {
    if (this.problems.length > 0) rejectProblems('InvalidRepositoryPolicy', `RepositoryPolicy.${this.helper}`, this.problems);
  }

  private check(name: string, values: readonly string[], check: Check): this {
    if (values.length === 0) this.report('MissingInput', name, `${name} is [], which names nobody: give at least one`);
    for (const [i, value] of values.entries()) check(String(knownJson(value)), `${name}[${i}]`, this.report);
    return this;
  }
}

function checkProjectName(text: string, at: string, report: Report): void {
  if (!isKnown(text) || /^[A-Za-z0-9_*?-]+$/.test(text)) return;
  report('InvalidProjectName', at, `${show(legible(text))} is no name of a CodeBuild project: write the name without its ARN`);
}
