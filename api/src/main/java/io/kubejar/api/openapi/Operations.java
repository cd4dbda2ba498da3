package io.kubejar.api.openapi;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.Subresource;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// The paths under which resources answer, with their operations.
///
/// Clients look here for the kind behind a path, and for which parameters and patch formats an
/// operation takes.
final class Operations {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final Set<String> CONNECT = Set.of("attach", "exec", "portforward", "proxy");
  private static final List<String> ANSWERS =
      List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");
  private static final List<String> WATCH_ANSWERS =
      List.of("application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch");
  private static final List<String> PATCHES =
      List.of(
          "application/apply-patch+yaml",
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json");

  /// Custom resources have no protobuf form, and no types that a strategic merge could follow.
  private static final List<String> CUSTOM_ANSWERS =
      List.of("application/json", "application/yaml");

  private static final List<String> CUSTOM_PATCHES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/apply-patch+yaml");
  private static final List<Parameter> LIST =
      List.of(
          Parameter.bool("allowWatchBookmarks", "Whether a watch may send bookmarks."),
          Parameter.text("continue", "Asks for the page after the one that gave this token."),
          Parameter.text("fieldSelector", "Only objects whose fields are as told."),
          Parameter.text("labelSelector", "Only objects whose labels are as told."),
          Parameter.number("limit", "How many objects a page has at most."),
          Parameter.text("resourceVersion", "How new the answer must be."),
          Parameter.text("resourceVersionMatch", "How resourceVersion is meant."),
          Parameter.bool("sendInitialEvents", "Whether a watch begins with what is there."),
          Parameter.number("timeoutSeconds", "After which time the answer ends."));
  private static final List<Parameter> WRITE =
      List.of(
          Parameter.text("dryRun", "With All, nothing is stored."),
          Parameter.text("fieldManager", "Who writes."),
          Parameter.text(
              "fieldValidation",
              "What happens with unknown and repeated fields: Ignore, Warn, Strict."));
  private static final List<Parameter> DELETE =
      List.of(
          Parameter.text("dryRun", "With All, nothing is deleted."),
          Parameter.number("gracePeriodSeconds", "How long the object may take to end."),
          Parameter.bool("orphanDependents", "Old form of propagationPolicy."),
          Parameter.text("propagationPolicy", "What becomes of dependents."));

  private final Dialect dialect;

  /// The name of the definition of a kind.
  private final Function<GroupVersionKind, String> definition;

  Operations(Dialect dialect, Function<GroupVersionKind, String> definition) {
    this.dialect = dialect;
    this.definition = definition;
  }

  /// A parameter in the query or in the path.
  private record Parameter(String name, String in, String type, String about) {
    static Parameter text(String name, String about) {
      return new Parameter(name, "query", "string", about);
    }

    static Parameter bool(String name, String about) {
      return new Parameter(name, "query", "boolean", about);
    }

    static Parameter number(String name, String about) {
      return new Parameter(name, "query", "integer", about);
    }
  }

  static String root(String group, String version) {
    return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
  }

  /// The paths of a resource and its subresources.
  Map<String, JsonValue> paths(ResourceType<?> type) {
    var paths = new TreeMap<String, JsonValue>();
    var root = root(type.gvk().group(), type.gvk().version()) + "/";
    var scope = type.namespaced() ? "namespaces/{namespace}/" : "";
    var collection = root + scope + type.plural();
    put(paths, collection, collection(type), false, type.namespaced());
    if (type.namespaced() && type.allows("list")) {
      var everywhere = new Tree().put("get", list(type, "ForAllNamespaces"));
      paths.put(root + type.plural(), everywhere.put("parameters", parameters(LIST)).build());
    }
    put(paths, collection + "/{name}", item(type), true, type.namespaced());
    for (var each : type.subresources()) {
      var path = collection + "/{name}/" + each.name();
      put(paths, path, subresource(type, each, ""), true, type.namespaced());
      if (each.name().equals("proxy")) {
        put(paths, path + "/{path}", subresource(type, each, "WithPath"), true, type.namespaced());
      }
    }
    return paths;
  }

  private void put(
      Map<String, JsonValue> paths,
      String path,
      Tree operations,
      boolean named,
      boolean namespaced) {
    var built = operations.build();
    if (built.isEmpty()) {
      return;
    }
    var shared = new ArrayList<Parameter>();
    if (named) {
      shared.add(new Parameter("name", "path", "string", "The name of the object."));
    }
    if (namespaced) {
      shared.add(new Parameter("namespace", "path", "string", "The namespace of the object."));
    }
    if (path.endsWith("/{path}")) {
      shared.add(new Parameter("path", "path", "string", "The rest of the path."));
    }
    shared.add(Parameter.text("pretty", "Whether the answer is indented."));
    paths.put(path, built.with("parameters", parameters(shared)));
  }

  private Tree collection(ResourceType<?> type) {
    var tree = new Tree();
    if (type.allows("list")) {
      tree.put("get", list(type, "").with("parameters", parameters(LIST)));
    }
    if (type.allows("create")) {
      tree.put("post", operation(type, type.gvk(), "create", "post", ""));
    }
    if (type.allows("deletecollection")) {
      tree.put("delete", operation(type, type.gvk(), "deletecollection", "deletecollection", ""));
    }
    return tree;
  }

  private Tree item(ResourceType<?> type) {
    return item(type, type.gvk(), type.verbs(), "");
  }

  private Tree item(ResourceType<?> type, GroupVersionKind kind, Set<String> verbs, String suffix) {
    var tree = new Tree();
    if (verbs.contains("get")) {
      tree.put("get", operation(type, kind, "read", "get", suffix));
    }
    if (verbs.contains("update")) {
      tree.put("put", operation(type, kind, "replace", "put", suffix));
    }
    if (verbs.contains("patch")) {
      tree.put("patch", operation(type, kind, "patch", "patch", suffix));
    }
    if (verbs.contains("delete")) {
      tree.put("delete", operation(type, kind, "delete", "delete", suffix));
    }
    return tree;
  }

  private Tree subresource(ResourceType<?> type, Subresource part, String more) {
    var suffix = capital(part.name()) + more;
    if (CONNECT.contains(part.name())) {
      var tree = new Tree();
      for (var method :
          part.name().equals("proxy")
              ? List.of("delete", "get", "head", "options", "patch", "post", "put")
              : List.of("get", "post")) {
        var id = "connect" + groupId(type) + capital(method) + scopedKind(type) + suffix;
        var connect = base(id, type, part.kind(), "connect");
        tree.put(method, connect.put("responses", answers("", List.of("200"), List.of("*/*"))));
      }
      return tree;
    }
    if (part.name().equals("log")) {
      var read = base("read" + groupId(type) + scopedKind(type) + suffix, type, type.gvk(), "get");
      return new Tree()
          .put("get", read.put("responses", answers("", List.of("200"), List.of("text/plain"))));
    }
    var tree = item(type, part.kind(), part.verbs(), suffix);
    if (part.verbs().contains("create")) {
      tree.put("post", operation(type, part.kind(), "create", "post", suffix));
    }
    return tree;
  }

  private JsonObject list(ResourceType<?> type, String suffix) {
    var name = suffix.isEmpty() ? scopedKind(type) : type.gvk().kind() + suffix;
    var kind = new GroupVersionKind(type.gvk().group(), type.gvk().version(), type.listKind());
    var media = new ArrayList<>(answers(type));
    if (!isCustom(type)) {
      media.addAll(WATCH_ANSWERS);
    }
    return base("list" + groupId(type) + name, type, type.gvk(), "list")
        .put("responses", answers(definition.apply(kind), List.of("200"), media))
        .build();
  }

  private JsonObject operation(
      ResourceType<?> type, GroupVersionKind kind, String verb, String action, String suffix) {
    var id =
        verb.equals("deletecollection")
            ? "delete" + groupId(type) + "Collection" + scopedKind(type)
            : verb + groupId(type) + scopedKind(type) + suffix;
    var tree = base(id, type, kind, action);
    var answer = answersStatus(type, action) ? META + "Status" : definition.apply(kind);
    var parameters = new ArrayList<Parameter>();
    switch (action) {
      case "post", "put" -> parameters.addAll(WRITE);
      case "patch" -> {
        parameters.addAll(WRITE);
        parameters.add(Parameter.bool("force", "Whether apply takes fields from other managers."));
      }
      case "delete" -> parameters.addAll(DELETE);
      case "deletecollection" -> {
        parameters.addAll(DELETE);
        LIST.stream().filter(each -> !each.name().startsWith("allow")).forEach(parameters::add);
      }
      default -> {}
    }
    var written = new ArrayList<JsonValue>(parameters(parameters).values());
    switch (action) {
      case "post", "put" -> body(tree, written, definition.apply(kind), bodies(type), true);
      case "patch" -> body(tree, written, META + "Patch", patches(type), true);
      case "delete", "deletecollection" ->
          body(tree, written, META + "DeleteOptions", bodies(type), false);
      default -> {}
    }
    if (!written.isEmpty()) {
      tree.put("parameters", new JsonArray(written));
    }
    var codes =
        switch (action) {
          case "post" -> List.of("200", "201", "202");
          case "put", "patch" -> List.of("200", "201");
          case "delete" -> List.of("200", "202");
          default -> List.of("200");
        };
    return tree.put("responses", answers(answer, codes, answers(type))).build();
  }

  private static boolean isCustom(ResourceType<?> type) {
    return BuiltInResources.find(type.gvk()).isEmpty();
  }

  private static List<String> answers(ResourceType<?> type) {
    return isCustom(type) ? CUSTOM_ANSWERS : ANSWERS;
  }

  private static List<String> bodies(ResourceType<?> type) {
    return isCustom(type) ? CUSTOM_ANSWERS : List.of("*/*");
  }

  private static List<String> patches(ResourceType<?> type) {
    return isCustom(type) ? CUSTOM_PATCHES : PATCHES;
  }

  private static boolean answersStatus(ResourceType<?> type, String action) {
    return action.equals("deletecollection")
        || (action.equals("delete") && !BuiltInResources.returnsDeleted(type));
  }

  private Tree base(String id, ResourceType<?> type, GroupVersionKind kind, String action) {
    var tree =
        new Tree()
            .put("operationId", id)
            .putTexts("tags", List.of(tag(type.gvk().group(), type.gvk().version())))
            .put("x-kubernetes-action", action)
            .put(
                "x-kubernetes-group-version-kind",
                new Tree()
                    .put("group", kind.group())
                    .put("version", kind.version())
                    .put("kind", kind.kind()));
    if (dialect == Dialect.V2) {
      tree.putTexts("schemes", List.of("https"));
      tree.putTexts("consumes", action.equals("patch") ? patches(type) : bodies(type));
      tree.putTexts("produces", action.equals("connect") ? List.of("*/*") : answers(type));
    }
    return tree;
  }

  private void body(
      Tree tree, List<JsonValue> parameters, String name, List<String> media, boolean required) {
    if (dialect == Dialect.V2) {
      var body = new Tree().put("in", "body").put("name", "body").put("schema", reference(name));
      parameters.add((required ? body.put("required", true) : body).build());
      return;
    }
    var request = new Tree().put("content", content(name, media));
    tree.put("requestBody", required ? request.put("required", true) : request);
  }

  private JsonObject answers(String name, List<String> codes, List<String> media) {
    var tree = new Tree();
    for (var code : codes) {
      var answer =
          new Tree()
              .put(
                  "description",
                  code.equals("200") ? "OK" : code.equals("201") ? "Created" : "Accepted");
      if (dialect == Dialect.V2) {
        answer.put("schema", reference(name));
      } else {
        answer.put("content", content(name, media));
      }
      tree.put(code, answer);
    }
    return tree.put("401", new Tree().put("description", "Unauthorized")).build();
  }

  private Tree content(String name, List<String> media) {
    var tree = new Tree();
    for (var each : media) {
      tree.put(each, new Tree().put("schema", reference(name)));
    }
    return tree;
  }

  private JsonObject reference(String name) {
    return name.isEmpty()
        ? JsonObject.of("type", new JsonString("string"))
        : JsonObject.of("$ref", new JsonString(dialect.reference(name)));
  }

  private JsonArray parameters(List<Parameter> parameters) {
    var written = new ArrayList<JsonValue>();
    for (var each : parameters) {
      var tree =
          new Tree().put("name", each.name).put("in", each.in).put("description", each.about);
      if (each.in.equals("path")) {
        tree.put("required", true);
      }
      if (dialect == Dialect.V2) {
        tree.put("type", each.type).put("uniqueItems", true);
      } else {
        tree.put("schema", new Tree().put("type", each.type).put("uniqueItems", true));
      }
      written.add(tree.build());
    }
    return new JsonArray(written);
  }

  private static String scopedKind(ResourceType<?> type) {
    return (type.namespaced() ? "Namespaced" : "") + type.gvk().kind();
  }

  private static String groupId(ResourceType<?> type) {
    return capital(groupName(type.gvk().group())) + capital(type.gvk().version());
  }

  /// What operations of a group and version are filed under, such as `rbacAuthorization_v1`.
  private static String tag(String group, String version) {
    return groupName(group) + "_" + version;
  }

  private static String groupName(String group) {
    if (group.isEmpty()) {
      return "core";
    }
    var base = group.endsWith(".k8s.io") ? group.substring(0, group.length() - 7) : group;
    var name = new StringBuilder();
    for (var label : base.split("\\.", -1)) {
      name.append(name.isEmpty() ? label : capital(label));
    }
    return name.toString();
  }

  private static String capital(String text) {
    return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
