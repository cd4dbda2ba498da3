package io.kubejar.standalone;

import io.kubejar.apiserver.configfile.ConfigFileException;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The entry point of `./kubejar`.
@Command(
    name = "kubejar",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Kubernetes in one jar.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      ConfigCommand.class,
      LogsCommand.class,
      ImageCommand.class,
      ServerCommand.class,
      SimulateCommand.class,
    },
    footerHeading = "%nFirst steps:%n",
    footer = {
      "  ./kubejar up --detach --wait     a cluster on this machine, ready to use",
      "  kubectl get nodes                any Kubernetes client works with it",
      "  ./kubejar image load app.tar     an image without a registry",
      "  ./kubejar down --purge           the machine is as before"
    })
public final class Main implements Runnable {
  /// Wide enough for the longest line of a description.
  private static final int HELP_WIDTH = 100;

  /// What runs a cluster, and therefore logs.
  private static final Set<String> STARTING = Set.of("up", "server", "simulate");

  private Main() {}

  public static void main(String[] args) {
    var given = List.of(args);
    if (Collections.disjoint(given, STARTING)) {
      // Commands that only ask or tell answer in their own words; the log is the cluster's.
      System.setProperty("kubejar.log.level", "WARN");
    }
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Main())
        .setUsageHelpWidth(HELP_WIDTH)
        .setParameterExceptionHandler(Main::explainUsage)
        .setExecutionExceptionHandler((failure, command, _) -> explain(failure, command))
        .execute(args);
  }

  /// Without a command there is nothing to do but to say what can be done.
  @Override
  public void run() {
    throw CommandFailure.usage("say what to do, for example: kubejar up; kubejar --help lists all");
  }

  static int explain(Exception failure, CommandLine command) {
    if (failure instanceof CommandFailure known) {
      say(command.getErr(), known.line());
      return known.exitCode();
    }
    if (failure instanceof ConfigFileException unusable) {
      say(command.getErr(), "a configuration file cannot be used: " + firstLine(unusable));
      return 1;
    }
    LoggerFactory.getLogger(Main.class)
        .error("command failed command={}", command.getCommandName(), failure);
    say(
        command.getErr(),
        "unexpected failure: " + firstLine(failure) + "; the log has the details");
    return 1;
  }

  static int explainUsage(CommandLine.ParameterException failure, String[] args) {
    var command = failure.getCommandLine();
    var name = command.getCommandSpec().qualifiedName();
    say(command.getErr(), firstLine(failure) + "; see: " + name + " --help");
    return 2;
  }

  private static void say(PrintWriter out, String line) {
    out.println("kubejar: " + line);
    out.flush();
  }

  private static String firstLine(Throwable failure) {
    var message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /// What `--version` prints.
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"kubejar " + (version == null ? "development" : version)};
    }
  }
}
