package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
import java.util.Set;

/// Reads a `PodSecurityConfiguration`.
public final class PodSecurityFile {
  private static final Set<String> VERSIONS =
      Set.of(
          "pod-security.admission.config.k8s.io/v1",
          "pod-security.admission.config.k8s.io/v1beta1");

  private PodSecurityFile() {}

  /// @throws ConfigFileException if it cannot be used
  public static PodSecurityOptions read(String text) {
    var document = ConfigPart.document(text, "PodSecurityConfiguration", VERSIONS);
    var defaults = document.part("defaults");
    var policy =
        new Policy(level(defaults, "enforce"), level(defaults, "audit"), level(defaults, "warn"));
    defaults.done();
    var exempt = document.part("exemptions");
    var options =
        new PodSecurityOptions(
            policy,
            Set.copyOf(exempt.texts("usernames")),
            Set.copyOf(exempt.texts("namespaces")),
            Set.copyOf(exempt.texts("runtimeClasses")));
    exempt.done();
    document.done();
    return options;
  }

  /// Without a word, everything is allowed, as the newest version has it.
  private static LevelVersion level(ConfigPart defaults, String mode) {
    var level = defaults.text(mode);
    var version = defaults.text(mode + "-version");
    var known =
        level.isEmpty()
            ? Level.PRIVILEGED
            : Level.parse(level).orElseThrow(() -> wrong(mode, level, Level.CHOICE));
    int minor =
        version.isEmpty()
            ? LevelVersion.LATEST
            : LevelVersion.parseVersion(version)
                .orElseThrow(() -> wrong(mode + "-version", version, LevelVersion.CHOICE));
    return new LevelVersion(known, minor);
  }

  private static ConfigFileException wrong(String field, String value, String choice) {
    return new ConfigFileException(
        "defaults." + field + ": Invalid value: \"" + value + "\": " + choice);
  }
}
