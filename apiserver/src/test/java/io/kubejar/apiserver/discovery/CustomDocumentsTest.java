package io.kubejar.apiserver.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.openapi.OpenApi;
import io.kubejar.api.openapi.Swagger;
import io.kubejar.api.openapi.SwaggerPart;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.ApiServer;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.storage.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which parts of the OpenAPI documents a change of a custom resource makes anew.
class CustomDocumentsTest {
  private final VirtualClock clock = new VirtualClock();
  private final ApiServer server =
      new ApiServer(ApiServerOptions.of(new MemoryStore(clock), clock, new Random(1)));
  private final LocalApi api = server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  private final CustomDocuments documents = new CustomDocuments(new OpenApi(), server.resources());

  @BeforeEach
  void start() throws Exception {
    server.start();
    api.create(CustomResourceDefinition.RESOURCE, definition("apple", "sort"));
    api.create(CustomResourceDefinition.RESOURCE, definition("pear", "sort"));
    settle();
  }

  private void settle() throws InterruptedException {
    boolean busy = true;
    while (busy) {
      busy = false;
      for (var part : server.parts().values()) {
        busy |= part.step();
      }
    }
  }

  private static CustomResourceDefinition definition(String name, String field) {
    var kind = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    var json =
        """
        {"metadata": {"name": "%1$ss.fruit.example.com"},
         "spec": {"group": "fruit.example.com", "scope": "Namespaced",
          "names": {"plural": "%1$ss", "singular": "%1$s", "kind": "%2$s", "listKind": "%2$sList"},
          "versions": [{"name": "v1", "served": true, "storage": true,
           "schema": {"openAPIV3Schema": {"type": "object",
            "properties": {"%3$s": {"type": "string"}}}}}]}}
        """
            .formatted(name, kind, field);
    return CustomResourceDefinition.RESOURCE
        .codec()
        .fromJson(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void makesOnlyThePartOfWhatHasChangedAnew() throws Exception {
    var before = documents.v2();
    assertThat(documents.v2()).isEqualTo(before);
    assertThat(before).hasSize(3);

    var pear =
        api.get(
            CustomResourceDefinition.RESOURCE, ObjectKey.clusterScoped("pears.fruit.example.com"));
    api.update(
        CustomResourceDefinition.RESOURCE,
        definition("pear", "colour").withMetadata(pear.metadata()).withStatus(pear.status()));
    settle();
    var after = documents.v2();

    assertThat(after).hasSize(3);
    assertThat(after.get(0)).isSameAs(before.get(0));
    assertThat(after).filteredOn(before::contains).hasSize(2);
    var pears = tree(after).object("definitions").object("com.example.fruit.v1.Pear");
    assertThat(pears.object("properties").fields()).containsKey("colour").doesNotContainKey("sort");
    assertThat(new Swagger(after).hash()).isNotEqualTo(new Swagger(before).hash());
  }

  @Test
  void forgetsThePartOfWhatIsGone() throws Exception {
    var before = documents.v2();
    api.delete(
        CustomResourceDefinition.RESOURCE,
        ObjectKey.clusterScoped("pears.fruit.example.com"),
        DeleteOptions.EMPTY);
    settle();

    var after = documents.v2();
    assertThat(before).containsAll(after);
    assertThat(after).hasSize(2);
    assertThat(tree(after).object("definitions").fields())
        .containsKey("com.example.fruit.v1.Apple")
        .doesNotContainKey("com.example.fruit.v1.Pear");
  }

  private static JsonObject tree(List<SwaggerPart> parts) throws Exception {
    var json = new ByteArrayOutputStream();
    new Swagger(parts).writeJson(json);
    return (JsonObject) JsonParser.parse(json.toByteArray());
  }
}
