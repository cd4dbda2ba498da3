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
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// What authorization was asked about is what happens, whatever tricks a path plays. Somebody who
/// may do everything in one namespace, and nothing elsewhere, asks over HTTPS: no answer may show,
/// and no write may change, anything outside. Nor may any path be an internal error.
@SuppressWarnings("NullAway.Init") // The fields are set before the container's first property.
class PathTricksTest {
  private static final String OWN = "own";
  private static final String OTHER = "other";

  /// Stands in every object outside of the own namespace.
  private static final String MARK = "not-for-you";

  private static TestServer server;
  private static Http insider;
  private static List<KubernetesObject> outside;

  @BeforeContainer
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

  @AfterContainer
  static void stop() {
    server.close();
  }

  @Property(tries = 600)
  void nothingOutsideIsSeenOrChanged(
      @ForAll("methods") String method,
      @ForAll("paths") String path,
      @ForAll("queries") String query)
      throws Exception {
    var body =
        method.equals("GET") || method.equals("DELETE") ? "" : "{\"metadata\":{\"name\":\"x\"}}";
    var type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";

    // What is meant as a watch must end by itself.
    var options = path.contains("watch") ? "?timeoutSeconds=1" : query;
    var answer =
        insider.send(
            method, path + options, body.getBytes(StandardCharsets.UTF_8), "Content-Type", type);

    var text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(text).doesNotContain(MARK);
    // Of paths that end after a verb, upstream cannot tell what they mean.
    boolean unclear = text.contains("unable to determine kind and namespace from url");
    assertThat(answer.statusCode() < 500 || unclear).as("%s %s", method, path).isTrue();
    assertThat(outside()).isEqualTo(outside);
  }

  @Provide
  Arbitrary<String> methods() {
    return Arbitraries.of("GET", "PUT", "POST", "PATCH", "DELETE");
  }

  @Provide
  Arbitrary<String> queries() {
    return Arbitraries.of(
        "",
        "",
        "?fieldSelector=metadata.namespace=other",
        "?fieldSelector=metadata.name=x",
        "?fieldSelector=metadata.name%3D%6fther&limit=1",
        "?namespace=other",
        "?dryRun=All",
        "?watch=1;namespace=other");
  }

  @Provide
  Arbitrary<String> paths() {
    var ends = Arbitraries.of("", "", "/", "//", "/.", "/..", "%2f", "%00");
    var prefix =
        Arbitraries.of("/api/v1", "/api/v1", "/api//v1", "//api/v1", "/api/%761", "/api/v1/watch");
    var segments =
        Arbitraries.of(
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
                "n%61mespaces",
                "ﬁnalize",
                "own%00",
                "own%20",
                "OTHER",
                "proxy",
                "own/namespaces/other",
                "%5c..%5cother",
                "pods",
                "own;other",
                "own%3Fx")
            .list()
            .ofMinSize(1)
            .ofMaxSize(6);
    return net.jqwik.api.Combinators.combine(prefix, segments, ends)
        .as((start, middle, end) -> start + "/" + String.join("/", middle) + end)
        .map(PathTricksTest::sendable);
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
