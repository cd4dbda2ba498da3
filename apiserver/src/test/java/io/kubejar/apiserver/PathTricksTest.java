package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What authorization was asked about is what happens, whatever tricks a path plays. Somebody who
/// may do everything in one namespace, and nothing elsewhere, asks over HTTPS: no answer may show,
/// and no write may change, anything outside. Nor may any path be an internal error.
class PathTricksTest {
  private static final String OWN = "own";
  private static final String OTHER = "other";

  /// Stands in every object outside of the own namespace.
  private static final String MARK = "not-for-you";

  private static TestServer server;
  private static Http insider;
  private static List<KubernetesObject> outside;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    insider = Http.as(server, "insider");
    for (var name : List.of(OWN, OTHER)) {
      create(
          Namespace.RESOURCE,
          Namespace.EMPTY.withMetadata(
              named("", name).withLabels(name.equals(OWN) ? Map.of() : Map.of("mark", MARK))));
      var data = Map.of("k", name.equals(OWN) ? "fine" : MARK);
      create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(named(name, "x")).withData(data));
    }
    var everything =
        PolicyRule.EMPTY
            .withVerbs(List.of("*"))
            .withApiGroups(List.of("*"))
            .withResources(List.of("*"));
    create(
        ClusterRole.RESOURCE,
        ClusterRole.EMPTY.withMetadata(named("", "all")).withRules(List.of(everything)));
    create(
        RoleBinding.RESOURCE,
        RoleBinding.EMPTY
            .withMetadata(named(OWN, "insider"))
            .withRoleRef(new RoleRef("rbac.authorization.k8s.io", "ClusterRole", "all"))
            .withSubjects(
                List.of(new Subject("User", "rbac.authorization.k8s.io", "insider", ""))));
    outside = outside();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void nothingOutsideIsSeenOrChanged() {
    Rounds.run(
        600,
        chance ->
            ask(chance.of("GET", "PUT", "POST", "PATCH", "DELETE"), path(chance), query(chance)));
  }

  private static void ask(String method, String path, String query) throws Exception {
    var body =
        method.equals("GET") || method.equals("DELETE") ? "" : "{\"metadata\":{\"name\":\"x\"}}";
    var type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";

    // What is meant as a watch must end by itself.
    var options = path.contains("watch") ? "?timeoutSeconds=1" : query;
    var answer =
        insider.send(
            method, path + options, body.getBytes(StandardCharsets.UTF_8), "Content-Type", type);

    var text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(text).as("%s %s", method, path).doesNotContain(MARK);
    // Of paths that end after a verb, upstream cannot tell what they mean.
    boolean unclear = text.contains("unable to determine kind and namespace from url");
    assertThat(answer.statusCode() < 500 || unclear).as("%s %s", method, path).isTrue();
    assertThat(outside()).isEqualTo(outside);
  }

  private static String query(Chance chance) {
    return chance.of(
        "",
        "",
        "?fieldSelector=metadata.namespace=other",
        "?fieldSelector=metadata.name=x",
        "?fieldSelector=metadata.name%3D%6fther&limit=1",
        "?fieldSelector=metadata.name%3D..%2fother",
        "?namespace=other",
        "?dryRun=All",
        "?fieldManager=x&fieldManager=y",
        "?resourceVersion=0&resourceVersionMatch=Exact",
        "?%77atch=1&timeoutSeconds=1",
        "?watch=1;namespace=other");
  }

  private static String path(Chance chance) {
    var prefix =
        chance.of(
            "/api/v1",
            "/api/v1",
            "/api//v1",
            "//api/v1",
            "/api/%761",
            "/%61pi/v1",
            "/./api/v1",
            "/apis/../api/v1",
            "/api/v1/watch",
            "/api/v1/proxy",
            "/apis/apps/v1",
            "/apis/%2fv1",
            "/apis//v1");
    var segments = chance.list(1, 6, () -> segment(chance));
    var end = chance.of("", "", "", "/", "//", "/.", "/..", "%2f", "%00", "/%20", "%0a");
    return sendable(prefix + "/" + String.join("/", segments) + end);
  }

  private static String segment(Chance chance) {
    return chance.of(
        "namespaces",
        "namespaces",
        "own",
        "own",
        "other",
        "configmaps",
        "configmaps",
        "x",
        "status",
        "finalize",
        "..",
        ".",
        "",
        "%2e%2e",
        "%2E%2E%2fother",
        "own%2f..%2fother",
        "own%252fother",
        "oth%65r",
        "oth%2565r",
        "n%61mespaces",
        "ﬁnalize",
        "ｏther",
        "othe\u0301r",
        "own\u200b",
        "own%00",
        "own%20",
        "own%ff",
        "own%c0%af..%c0%afother",
        "OTHER",
        "proxy",
        "watch",
        "own/namespaces/other",
        "%5c..%5cother",
        "pods",
        "secrets",
        "deployments",
        "scale",
        "own;other",
        "own%3Fx",
        "own%23x");
  }

  /// The same path for a client that insists on ASCII.
  private static String sendable(String path) {
    var out = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      out.append(b < 0 ? "%%%02x".formatted(b & 0xff) : String.valueOf((char) b));
    }
    return out.toString();
  }

  private static List<KubernetesObject> outside() throws InterruptedException {
    var all = new ArrayList<KubernetesObject>();
    all.addAll(server.admin().list(Namespace.RESOURCE, ReadOptions.ALL).items());
    all.removeIf(namespace -> namespace.metadata().name().equals(OWN));
    all.add(server.admin().get(ConfigMap.RESOURCE, new ObjectKey(OTHER, "x")));
    return all;
  }

  private static <T extends KubernetesObject> void create(ResourceType<T> type, T object)
      throws InterruptedException {
    server.admin().create(type, object);
  }

  private static ObjectMeta named(String namespace, String name) {
    return ObjectMeta.EMPTY.withNamespace(namespace).withName(name);
  }
}
