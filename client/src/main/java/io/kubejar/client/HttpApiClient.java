package io.kubejar.client;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.time.Clock;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The client that talks HTTP.
public final class HttpApiClient implements Client, AutoCloseable {
  private static final String JSON = "application/json";

  private final HttpTransport transport;

  public HttpApiClient(ServerAccess access, Clock clock) {
    transport = new HttpTransport(access, clock);
  }

  @Override
  public <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key)
      throws InterruptedException {
    return read(type.codec(), call("GET", RequestPaths.object(type, key, "")));
  }

  @Override
  public <T extends KubernetesObject> ObjectList<T> list(ResourceType<T> type, ListOptions options)
      throws InterruptedException {
    var path = RequestPaths.collection(type, options.namespace()) + RequestPaths.query(options);
    return read(ObjectList.codec(type), call("GET", path));
  }

  @Override
  public <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options)
      throws InterruptedException {
    var path = RequestPaths.collection(type, options.namespace()) + RequestPaths.query(options);
    return HttpWatch.start(transport.open(path), new WatchFrames<>(type.codec()), path);
  }

  @Override
  public <T extends KubernetesObject> T create(ResourceType<T> type, T object)
      throws InterruptedException {
    var path = RequestPaths.collection(type, object.metadata().namespace());
    return read(type.codec(), call("POST", path, type.codec().toJson(object)));
  }

  @Override
  public <T extends KubernetesObject> T update(ResourceType<T> type, T object)
      throws InterruptedException {
    return updateSubresource(type, object, "");
  }

  @Override
  public <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) throws InterruptedException {
    var path = RequestPaths.object(type, ObjectKey.of(object), subresource);
    return read(type.codec(), call("PUT", path, type.codec().toJson(object)));
  }

  @Override
  public <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch)
      throws InterruptedException {
    var path = RequestPaths.object(type, key, patch.subresource()) + RequestPaths.query(patch);
    var body = patch.json().getBytes(StandardCharsets.UTF_8);
    return read(
        type.codec(),
        transport.call(
            new HttpTransport.Call("PATCH", path, patch.type().mediaType(), Bytes.wrap(body))));
  }

  @Override
  public <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) throws InterruptedException {
    var answer =
        call("DELETE", RequestPaths.object(type, key, ""), DeleteOptions.CODEC.toJson(options));
    var tree = JsonReader.of(answer).value();
    if (tree instanceof JsonObject object && object.text("kind").equals("Status")) {
      return Optional.empty();
    }
    return Optional.of(type.codec().fromTree(tree));
  }

  @Override
  public <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ListOptions selection, DeleteOptions options)
      throws InterruptedException {
    var path = RequestPaths.collection(type, selection.namespace()) + RequestPaths.query(selection);
    call("DELETE", path, DeleteOptions.CODEC.toJson(options));
  }

  @Override
  public Scale scale(ResourceType<?> type, ObjectKey key) throws InterruptedException {
    return read(Scale.CODEC, call("GET", RequestPaths.object(type, key, "scale")));
  }

  @Override
  public <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer)
      throws InterruptedException {
    var path = RequestPaths.object(type, key, subresource);
    return read(answer, call("POST", path, BodyCodecs.toJson(body)));
  }

  /// Any other path of the server, such as `/readyz` or `/version`, as text.
  public String text(String path) throws InterruptedException {
    return new String(call("GET", path), StandardCharsets.UTF_8);
  }

  /// Ends all connections, also those of open watches.
  @Override
  public void close() {
    transport.close();
  }

  private byte[] call(String method, String path) throws InterruptedException {
    return transport.call(new HttpTransport.Call(method, path, "", Bytes.EMPTY));
  }

  private byte[] call(String method, String path, byte[] json) throws InterruptedException {
    return transport.call(new HttpTransport.Call(method, path, JSON, Bytes.wrap(json)));
  }

  private static <T> T read(Codec<T> codec, byte[] json) {
    try {
      return codec.fromJson(json);
    } catch (JsonFormatException broken) {
      throw Refusals.unreadable(broken);
    }
  }
}
