package io.kubejar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.client.testing.ForwardingClient;
import io.kubejar.client.testing.InMemoryApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CachedInformerTest {
  private final VirtualClock clock = new VirtualClock();
  private final InMemoryApi api = new InMemoryApi(clock);
  private final List<String> told = new ArrayList<>();

  @Test
  void listsThenFollowsTheWatch() throws InterruptedException {
    create("a", "1");
    var informer = informer(api);
    assertThat(informer.synced()).isFalse();
    settle(informer);
    create("b", "1");
    change("a", "2");
    delete("b");
    settle(informer);

    assertThat(informer.synced()).isTrue();
    assertThat(told).containsExactly("+a=1", "+b=1", "a:1>2", "-b=1");
    assertThat(informer.list()).hasSize(1);
  }

  @Test
  void resumesALostWatchWhereItWas() throws InterruptedException {
    create("a", "1");
    var informer = informer(api);
    settle(informer);
    told.clear();
    api.dropWatches();
    change("a", "2");
    change("a", "3");
    settleWithTime(informer);

    assertThat(told).containsExactly("a:1>2", "a:2>3");
  }

  @Test
  void listsAgainWhenTheRevisionIsGoneAndTellsOnlyTheDifference() throws InterruptedException {
    create("a", "1");
    create("b", "1");
    create("c", "1");
    var informer = informer(api);
    settle(informer);
    told.clear();
    api.dropWatches();
    delete("a");
    change("b", "2");
    create("d", "1");
    api.compact();
    settleWithTime(informer);

    assertThat(told).containsExactly("-a=1", "b:1>2", "+d=1");
  }

  @Test
  void anObjectMadeAnewWhileNobodyLookedIsAnotherObject() throws InterruptedException {
    create("a", "1");
    var informer = informer(api);
    settle(informer);
    told.clear();
    api.dropWatches();
    delete("a");
    create("a", "2");
    api.compact();
    settleWithTime(informer);

    assertThat(told).containsExactly("-a=1", "+a=2");
  }

  @Test
  void triesAgainWithGrowingWaitsWhileTheServerIsAway() throws InterruptedException {
    create("a", "1");
    var client = new Unreachable(api);
    var informer = informer(client);
    settle(informer);
    assertThat(client.requests).isEqualTo(1);
    clock.advance(Duration.ofSeconds(60));
    settle(informer);
    assertThat(client.requests).isEqualTo(2);
    client.away = false;
    settleWithTime(informer);

    assertThat(informer.synced()).isTrue();
    assertThat(told).containsExactly("+a=1");
  }

  @Test
  void opensAWatchAnewThatTheServerShouldHaveEnded() throws InterruptedException {
    var deaf = new Deaf(api);
    var informer = informer(deaf);
    settle(informer);
    create("a", "1");
    settle(informer);
    assertThat(told).isEmpty();
    deaf.deaf = false;
    clock.advance(Duration.ofMinutes(11));
    settle(informer);

    assertThat(told).containsExactly("+a=1");
  }

  @Test
  void findsByIndex() throws InterruptedException {
    create("a", "1");
    create("b", "1");
    create("c", "2");
    var informer = informer(api);
    informer.addIndex("value", map -> List.of(map.data().getOrDefault("value", "")));
    settle(informer);
    change("b", "2");
    settle(informer);

    assertThat(informer.byIndex("value", "2"))
        .extracting(map -> map.metadata().name())
        .containsExactlyInAnyOrder("b", "c");
    assertThat(informer.inNamespace("default")).hasSize(3);
    assertThat(informer.inNamespace("other")).isEmpty();
  }

  @Test
  void findsWhatAnOwnerOwns() throws InterruptedException {
    var owner = create("owner", "1");
    var owned = map("owned", "1");
    var reference = OwnerReference.EMPTY.withUid(owner.metadata().uid()).withName("owner");
    api.create(
        ConfigMap.RESOURCE,
        owned.withMetadata(owned.metadata().withOwnerReferences(List.of(reference))));
    var informer = informer(api);
    settle(informer);

    assertThat(informer.ownedBy(owner))
        .singleElement()
        .satisfies(map -> assertThat(map.metadata().name()).isEqualTo("owned"));
  }

  @Test
  void aLateHandlerIsToldOfWhatIsThere() throws InterruptedException {
    create("a", "1");
    var informer = informer(api);
    settle(informer);
    var keys = new ArrayList<ObjectKey>();
    informer.addHandler(InformerHandler.keys(keys::add));

    assertThat(keys).containsExactly(new ObjectKey("default", "a"));
  }

  @Test
  void neverGoesBackToAnOlderState() {
    assertThat(ResourceVersions.isOlder("9", "10")).isTrue();
    assertThat(ResourceVersions.isOlder("10", "9")).isFalse();
    assertThat(ResourceVersions.isOlder("10", "10")).isFalse();
    assertThat(ResourceVersions.isOlder("abc", "10")).isFalse();
  }

  private CachedInformer<ConfigMap> informer(Client client) {
    var informer =
        new CachedInformer<>(client, ConfigMap.RESOURCE, ListOptions.ALL, clock, new Random(1));
    informer.addHandler(
        new InformerHandler<>() {
          @Override
          public void onAdd(ConfigMap object) {
            told.add("+" + text(object));
          }

          @Override
          public void onUpdate(ConfigMap before, ConfigMap now) {
            told.add(
                before.metadata().name()
                    + ":"
                    + before.data().get("value")
                    + ">"
                    + now.data().get("value"));
          }

          @Override
          public void onDelete(ConfigMap object) {
            told.add("-" + text(object));
          }
        });
    return informer;
  }

  private static String text(ConfigMap map) {
    return map.metadata().name() + "=" + map.data().get("value");
  }

  private static void settle(CachedInformer<?> informer) throws InterruptedException {
    for (int steps = 0; informer.step(); steps++) {
      assertThat(steps).isLessThan(1000);
    }
  }

  private void settleWithTime(CachedInformer<?> informer) throws InterruptedException {
    settle(informer);
    clock.advance(Duration.ofMinutes(5));
    settle(informer);
  }

  private ConfigMap create(String name, String value) {
    return api.create(ConfigMap.RESOURCE, map(name, value));
  }

  private void change(String name, String value) {
    var known = api.get(ConfigMap.RESOURCE, new ObjectKey("default", name));
    api.update(ConfigMap.RESOURCE, known.withData(Map.of("value", value)));
  }

  private void delete(String name) {
    api.delete(ConfigMap.RESOURCE, new ObjectKey("default", name), DeleteOptions.EMPTY);
  }

  private static ConfigMap map(String name, String value) {
    return ConfigMap.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace("default").withName(name))
        .withData(Map.of("value", value));
  }

  /// A server that does not answer lists until it is back.
  private static final class Unreachable extends ForwardingClient {
    private boolean away = true;
    private int requests;

    Unreachable(Client real) {
      super(real);
    }

    @Override
    public <T extends KubernetesObject> ObjectList<T> list(
        ResourceType<T> type, ListOptions options) throws InterruptedException {
      requests++;
      if (away) {
        throw ApiException.serviceUnavailable("away");
      }
      return super.list(type, options);
    }
  }

  /// A server whose watches have died without anybody noticing.
  private static final class Deaf extends ForwardingClient {
    private boolean deaf = true;

    Deaf(Client real) {
      super(real);
    }

    @Override
    public <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options)
        throws InterruptedException {
      var real = super.watch(type, options);
      return deaf ? new DeafWatch<>(real) : real;
    }
  }

  private record DeafWatch<T extends KubernetesObject>(Watch<T> real) implements Watch<T> {
    @Override
    public @Nullable WatchEvent<T> poll() {
      return null;
    }

    @Override
    public WatchEvent<T> take() throws InterruptedException {
      return real.take();
    }

    @Override
    public void onAvailable(Runnable wakeUp) {
      wakeUp.run();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
