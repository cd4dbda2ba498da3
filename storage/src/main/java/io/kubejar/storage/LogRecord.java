package io.kubejar.storage;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of a store's life, as the log records it: one transaction, or one compaction.
sealed interface LogRecord {

  /// The effects of a transaction, which make the next revision.
  record Commit(List<Effect> effects) implements LogRecord {
    public Commit {
      effects = List.copyOf(effects);
    }
  }

  /// The history up to a revision is forgotten.
  record Compaction(long revision) implements LogRecord {}

  private static State next(State state, LogRecord logged) {
    return switch (logged) {
      case Commit(var effects) -> state.apply(effects);
      case Compaction(var revision) -> state.compact(revision);
    };
  }

  /// The state after this step.
  default State applyTo(State state) {
    return next(state, this);
  }

  byte KIND_COMMIT = 1;
  byte KIND_COMPACTION = 2;
  byte EFFECT_KEEP = 1;
  byte EFFECT_KEEP_FOR_A_TIME = 2;
  byte EFFECT_DROP = 3;

  default byte[] encode() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      switch (this) {
        case Commit(var effects) -> {
          out.writeByte(KIND_COMMIT);
          out.writeShort(effects.size());
          for (var effect : effects) {
            encode(effect, out);
          }
        }
        case Compaction(var revision) -> {
          out.writeByte(KIND_COMPACTION);
          out.writeLong(revision);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen: written to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void encode(Effect effect, DataOutputStream out) throws IOException {
    switch (effect) {
      case Effect.Keep(var key, var value, var expiresAt) -> {
        out.writeByte(expiresAt == null ? EFFECT_KEEP : EFFECT_KEEP_FOR_A_TIME);
        encodeKey(key, out);
        if (expiresAt != null) {
          encodeInstant(expiresAt, out);
        }
        out.writeInt(value.size());
        out.write(value.array());
      }
      case Effect.Drop(var key) -> {
        out.writeByte(EFFECT_DROP);
        encodeKey(key, out);
      }
    }
  }

  static void encodeKey(String key, DataOutputStream out) throws IOException {
    var bytes = key.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  static void encodeInstant(Instant instant, DataOutputStream out) throws IOException {
    out.writeLong(instant.getEpochSecond());
    out.writeInt(instant.getNano());
  }

  /// Reads what [#encode()] wrote; the checksum has been verified before.
  static LogRecord decode(ByteBuffer in) {
    byte kind = in.get();
    return switch (kind) {
      case KIND_COMMIT -> {
        int count = in.getShort();
        var effects = new ArrayList<Effect>(count);
        for (int i = 0; i < count; i++) {
          effects.add(decodeEffect(in));
        }
        yield new Commit(effects);
      }
      case KIND_COMPACTION -> new Compaction(in.getLong());
      default -> throw new CorruptStoreException("a record of the log has unknown kind " + kind);
    };
  }

  private static Effect decodeEffect(ByteBuffer in) {
    byte kind = in.get();
    return switch (kind) {
      case EFFECT_KEEP -> new Effect.Keep(decodeKey(in), decodeValue(in), null);
      case EFFECT_KEEP_FOR_A_TIME -> {
        var key = decodeKey(in);
        @Nullable Instant expiresAt = decodeInstant(in);
        yield new Effect.Keep(key, decodeValue(in), expiresAt);
      }
      case EFFECT_DROP -> new Effect.Drop(decodeKey(in));
      default -> throw new CorruptStoreException("an effect in the log has unknown kind " + kind);
    };
  }

  static String decodeKey(ByteBuffer in) {
    var bytes = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static Instant decodeInstant(ByteBuffer in) {
    return Instant.ofEpochSecond(in.getLong(), in.getInt());
  }

  static Value decodeValue(ByteBuffer in) {
    var bytes = new byte[in.getInt()];
    in.get(bytes);
    return Value.wrap(bytes);
  }
}
