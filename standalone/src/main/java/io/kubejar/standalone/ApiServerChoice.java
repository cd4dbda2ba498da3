package io.kubejar.standalone;

import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.controlplane.ComponentListeners;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/// What an administrator may say about the API server, whichever command starts it. The names of
/// the options are those of kube-apiserver.
final class ApiServerChoice {
  /// `-` is no file but the standard output.
  private static final String STANDARD_OUTPUT = "-";

  @Mixin private AccessChoice access = new AccessChoice();
  @Mixin private AuditChoice audit = new AuditChoice();
  @Mixin private EncryptionChoice encryption = new EncryptionChoice();
  @Mixin private AdmissionChoice admission = new AdmissionChoice();
  @Mixin private ComponentsChoice components = new ComponentsChoice();
  @Mixin private ServiceChoice services = new ServiceChoice();
  @Mixin private ServingChoice serving = new ServingChoice();

  @Mixin private EventChoice events = new EventChoice();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /// The choice that these options make.
  ///
  /// @param options their names, dashes included, with their values
  static ApiServerChoice of(Map<String, String> options) {
    var arguments = new ArrayList<String>();
    options.forEach((name, value) -> arguments.add(name + "=" + value));
    return CommandLine.populateCommand(new ApiServerChoice(), arguments.toArray(String[]::new));
  }

  /// The options that were said, over those that hold already. An empty value takes an option back.
  ///
  /// @param former by their names, dashes included; files by their absolute paths
  Map<String, String> over(Map<String, String> former) {
    var all = new TreeMap<>(former);
    for (var option : said()) {
      var value = value(option);
      if (value.isEmpty()) {
        all.remove(option.longestName());
      } else {
        all.put(option.longestName(), value);
      }
    }
    return all;
  }

  /// @throws CommandFailure or a ConfigFileException if it can be told that no server can be
  ///   started so; nothing has been opened or written then
  void check() {
    access.check();
    audit.check();
    encryption.check();
    admission.check();
    components.check();
    services.check();
    serving.check();
    events.check();
  }

  /// Every option with its value, by its name without dashes; empty for what was not chosen and has
  /// no default.
  Map<String, String> flags() {
    var flags = new TreeMap<String, String>();
    CommandSpec.forAnnotatedObject(this)
        .options()
        .forEach(option -> flags.put(bare(option.longestName()), shown(option.getValue())));
    return flags;
  }

  static String bare(String option) {
    return option.replaceFirst("^-+", "");
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case List<?> list -> String.join(",", list.stream().map(Object::toString).toList());
      default -> value.toString();
    };
  }

  /// How long a server goes on after it said that it is about to stop.
  Duration shutdownDelay() {
    return serving.delay();
  }

  /// Where the other parts of the control plane are to listen.
  ComponentListeners listeners() {
    return components.listeners(flags());
  }

  ApiServerOptions apply(ApiServerOptions options) {
    var recorded = audit.apply(access.apply(options));
    var admitted = admission.apply(encryption.apply(recorded));
    var served = serving.apply(services.apply(admitted));
    return events.apply(served).withFlags(flags());
  }

  private List<OptionSpec> said() {
    if (command == null) {
      return List.of();
    }
    var ours = CommandSpec.forAnnotatedObject(new ApiServerChoice()).optionsMap().keySet();
    return command.commandLine().getParseResult().matchedOptions().stream()
        .filter(option -> ours.contains(option.longestName()))
        .toList();
  }

  /// What would say the same from any directory.
  private static String value(OptionSpec option) {
    var value = String.join(",", option.originalStringValues());
    boolean file = option.type() == Path.class;
    return file && !value.isEmpty() && !value.equals(STANDARD_OUTPUT)
        ? Path.of(value).toAbsolutePath().normalize().toString()
        : value;
  }
}
