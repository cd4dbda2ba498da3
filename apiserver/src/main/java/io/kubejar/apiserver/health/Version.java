package io.kubejar.apiserver.health;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.LinkedHashMap;

/// What `/version` says: which Kubernetes this is as good as.
public final class Version {
  public static final String MAJOR = "1";
  public static final String MINOR = "36";
  public static final String GIT_VERSION = "v1.36.0+kubejar";

  private Version() {}

  public static JsonObject document() {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("major", new JsonString(MAJOR));
    fields.put("minor", new JsonString(MINOR));
    fields.put("emulationMajor", new JsonString(MAJOR));
    fields.put("emulationMinor", new JsonString(MINOR));
    fields.put("minCompatibilityMajor", new JsonString(MAJOR));
    fields.put("minCompatibilityMinor", new JsonString("35"));
    fields.put("gitVersion", new JsonString(GIT_VERSION));
    fields.put("gitCommit", new JsonString(""));
    fields.put("gitTreeState", new JsonString("clean"));
    fields.put("buildDate", new JsonString("2026-01-01T00:00:00Z"));
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
