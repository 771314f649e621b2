/* Says what Google's CSP Evaluator finds in the policy that is given as the first word. Run it in the
   folder where the tools are installed. */
import { createRequire } from "node:module";

const tools = createRequire(`${process.cwd()}/`);
const { CspEvaluator } = tools("csp_evaluator/dist/evaluator.js");
const { CspParser } = tools("csp_evaluator/dist/parser.js");
const { Severity } = tools("csp_evaluator/dist/finding.js");

const found = new CspEvaluator(new CspParser(process.argv[2]).csp).evaluate();
const told = found.map(({ severity, directive, value, description }) => ({
  severity: Severity[severity],
  directive,
  value: value ?? "",
  description,
}));
console.log(JSON.stringify(told));
