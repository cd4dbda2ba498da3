package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.apimachinery.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What is refused, what is noted in the audit log, and what the client is warned of.
public record Policy(LevelVersion enforce, LevelVersion audit, LevelVersion warn) {
  static final String PREFIX = "pod-security.kubernetes.io/";
  public static final Policy PRIVILEGED =
      new Policy(LevelVersion.PRIVILEGED, LevelVersion.PRIVILEGED, LevelVersion.PRIVILEGED);

  /// What labels say. There always is a policy; a label that cannot be read is an error, and means
  /// the strictest for what is enforced and nothing for the rest.
  record Labelled(Policy policy, List<FieldError> errors) {
    Labelled {
      errors = List.copyOf(errors);
    }
  }

  boolean isPrivileged() {
    return enforce.level() == Level.PRIVILEGED
        && audit.level() == Level.PRIVILEGED
        && warn.level() == Level.PRIVILEGED;
  }

  boolean meansSameAs(Policy other) {
    return enforce.meansSameAs(other.enforce)
        && audit.meansSameAs(other.audit)
        && warn.meansSameAs(other.warn);
  }

  /// The policy of a namespace with these labels; what they do not say is as here.
  Labelled labelled(Map<String, String> labels) {
    var errors = new ArrayList<FieldError>();
    var enforced = read(enforce, "enforce", Level.RESTRICTED, labels, errors);
    var audited = read(audit, "audit", Level.PRIVILEGED, labels, errors);
    var warned = read(warn, "warn", Level.PRIVILEGED, labels, errors);
    boolean enforceSaid = Level.parse(labels.getOrDefault(PREFIX + "enforce", "")).isPresent();
    boolean stricter = enforced.level().compareTo(warned.level()) > 0;
    if (enforceSaid && !labels.containsKey(PREFIX + "warn") && stricter) {
      warned = warned.withLevel(enforced.level());
      if (!labels.containsKey(PREFIX + "warn-version")) {
        warned = warned.withMinor(enforced.minor());
      }
    }
    return new Labelled(new Policy(enforced, audited, warned), errors);
  }

  private static LevelVersion read(
      LevelVersion otherwise,
      String mode,
      Level unreadable,
      Map<String, String> labels,
      List<FieldError> errors) {
    var result = otherwise;
    var level = labels.get(PREFIX + mode);
    if (level != null) {
      var parsed = Level.parse(level);
      result = result.withLevel(parsed.orElse(unreadable));
      if (parsed.isEmpty()) {
        errors.add(error(PREFIX + mode, level, Level.CHOICE));
      }
    }
    var version = labels.get(PREFIX + mode + "-version");
    if (version != null) {
      var parsed = LevelVersion.parseVersion(version);
      result = result.withMinor(parsed.orElse(LevelVersion.LATEST));
      if (parsed.isEmpty()) {
        errors.add(error(PREFIX + mode + "-version", version, LevelVersion.CHOICE));
      }
    }
    return result;
  }

  private static FieldError error(String label, String value, String choice) {
    return FieldError.invalid("metadata.labels[" + label + "]", value, choice);
  }
}
