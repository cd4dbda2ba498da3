package io.kubejar.apiserver.health;

import static java.util.Objects.requireNonNull;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;

/// What `/version` says: which Kubernetes this is as good as.
public final class Version {
  public static final String MAJOR = "1";
  public static final String MINOR = "36";
  public static final String GIT_VERSION = "v1.36.0+kubejar";

  private static final Build BUILD = Build.of(source());

  private Version() {}

  /// What the program was built from. An exported archive of the sources knows its commit, because
  /// the export fills it in; a working copy does not, and says what upstream says then.
  ///
  /// @param date of the commit, so that the same sources make the same program
  record Build(String commit, String treeState, String date) {
    private static final Build UNKNOWN = new Build("", "", "1970-01-01T00:00:00Z");

    /// @param source commit and date, each on a line
    static Build of(String source) {
      var lines = source.lines().toList();
      return lines.size() < 2 || source.contains("$")
          ? UNKNOWN
          : new Build(lines.get(0), "archive", lines.get(1));
    }
  }

  private static String source() {
    try (var in = requireNonNull(Version.class.getResourceAsStream("source.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  public static JsonObject document() {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("major", new JsonString(MAJOR));
    fields.put("minor", new JsonString(MINOR));
    fields.put("emulationMajor", new JsonString(MAJOR));
    fields.put("emulationMinor", new JsonString(MINOR));
    fields.put("minCompatibilityMajor", new JsonString(MAJOR));
    fields.put("minCompatibilityMinor", new JsonString("35"));
    fields.put("gitVersion", new JsonString(GIT_VERSION));
    fields.put("gitCommit", new JsonString(BUILD.commit));
    fields.put("gitTreeState", new JsonString(BUILD.treeState));
    fields.put("buildDate", new JsonString(BUILD.date));
    fields.put("goVersion", new JsonString("java" + Runtime.version().feature()));
    fields.put("compiler", new JsonString("javac"));
    fields.put("platform", new JsonString("linux/" + architecture()));
    return new JsonObject(fields);
  }

  private static String architecture() {
    var name = System.getProperty("os.arch", "amd64");
    return name.equals("aarch64") ? "arm64" : name;
  }
}
