/** @file `separable completion`: a shell script that completes commands, options and words. */
import { type Command, command } from "../command.ts";
import { type Options, optionOf } from "../options/option.ts";
import { print } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

const SHELLS = ["bash", "zsh"] as const;

/** @param commands all others */
export function completionFor(commands: readonly Command[]): Command {
  const completion: Command = command({
    name: "completion",
    summary: "print a completion script for a shell",
    usage: "SHELL",
    maxOperands: 1,
    about: `Prints a script that completes commands, options and their words: ${SHELLS.join(" or ")}.

  source <(separable completion bash)     in ~/.bashrc, or zsh in ~/.zshrc`,
    options: {},
    run: async ({ operands: [shell] }) => {
      if (SHELLS.every((known) => known !== shell)) {
        throw new UsageError(`completion: SHELL is ${JSON.stringify(shell ?? "")}, needs one of ${SHELLS.join(", ")}`);
      }
      print(scriptOf([...commands, completion], shell === "zsh"));
      return 0;
    },
  });
  return completion;
}

/** The script for Bash, which zsh can also read once `bashcompinit` is loaded. */
function scriptOf(commands: readonly Command[], isZsh: boolean): string {
  const ofCommand = commands.map(({ name, options }) => {
    return `    ${name}) options="${Object.keys(options).map(typed).join(" ")}" ;;`;
  });
  const ofOption = commands.flatMap(({ name, options }) => wordCases(name, options));
  const names = commands.map(({ name }) => name).join(" ");
  return `${isZsh ? "autoload -U +X bashcompinit && bashcompinit\n" : ""}_separable() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" options="" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names}" -- "$word"))
    return
  fi
  case "$command" in
${ofCommand.join("\n")}
  esac
  case "$command $before" in
${ofOption.join("\n")}
  esac
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$word"))
  elif [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$options --help" -- "$word"))
  else COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _separable separable`;
}

function wordCases(name: string, options: Options): readonly string[] {
  return Object.entries(options).flatMap(([key, { words }]) =>
    words === undefined ? [] : [`    "${name} ${typed(key)}") words="${words.join(" ")}" ;;`],
  );
}

function typed(key: string): string {
  return `--${optionOf(key)}`;
}
