package io.kubejar.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A disk in memory that is as bad as POSIX allows, and repeatable by its seed.
///
/// At a power loss, of what was not synced any part survives: each sector on its own has its old
/// content, its new one, one in between, or none that anybody wrote; a file has its old or its new
/// size; changes of names survive or do not, each on its own. A failed sync loses data the same way
/// and, as on Linux, the next one succeeds all the same.
public final class SimulatedDisk implements Disk {
  /// Stands for the directory where a name of a file is expected.
  public static final String DIRECTORY = ".";

  private final Random random;
  private final List<NameChange> unsynced = new ArrayList<>();
  private Map<String, SimulatedFile> durable = new TreeMap<>();
  private Map<String, SimulatedFile> names = new TreeMap<>();
  private Predicate<String> ignoredSyncs = _ -> false;
  private Runnable onOperation = () -> {};
  private long operationsUntilCrash = Long.MAX_VALUE;
  private double errorRate;
  private long capacity = Long.MAX_VALUE;
  private boolean locked;
  private int life;

  /// A change of the directory; a file without a name has been deleted.
  private record NameChange(@Nullable String from, @Nullable String to, SimulatedFile file) {}

  public SimulatedDisk(Random random) {
    this.random = random;
  }

  /// Sabotage: syncs of these files, or of [#DIRECTORY], succeed and do nothing.
  public void ignoreSyncsOf(Predicate<String> which) {
    ignoredSyncs = which;
  }

  /// Calls back at the beginning of every operation that changes something.
  public void onOperation(Runnable action) {
    onOperation = action;
  }

  /// Ends the process in the middle of an operation from now.
  public void crashAfter(long operations) {
    operationsUntilCrash = operations;
  }

  /// How often an operation fails with an I/O error.
  public void failWithRate(double rate) {
    errorRate = rate;
  }

  /// How many bytes there is room for.
  public void limitCapacity(long bytes) {
    capacity = bytes;
  }

  /// The process has ended: open files and locks are gone, what it wrote is still there to be read.
  public void processCrash() {
    life++;
    locked = false;
    operationsUntilCrash = Long.MAX_VALUE;
    onOperation = () -> {};
  }

  /// The machine has lost its power: only what the disk holds is there.
  public void powerLoss() {
    processCrash();
    for (var change : unsynced) {
      if (random.nextBoolean()) {
        apply(change, durable);
      }
    }
    unsynced.clear();
    names = new TreeMap<>(durable);
    names.values().forEach(file -> file.powerLoss(random));
  }

  /// Changes bytes behind the back of everybody: what a broken medium does.
  public void damage(String name, long position, int bytes) {
    file(name).damage(position, bytes);
  }

  /// Puts a file there, whole and durable.
  public void put(String name, byte[] content) {
    var file = new SimulatedFile(content);
    names.put(name, file);
    durable.put(name, file);
  }

  public byte[] content(String name) {
    return file(name).content();
  }

  private SimulatedFile file(String name) {
    var file = names.get(name);
    if (file == null) {
      throw new IllegalArgumentException("no file " + name);
    }
    return file;
  }

  private static void apply(NameChange change, Map<String, SimulatedFile> directory) {
    if (change.from != null && !directory.remove(change.from, change.file)) {
      return; // What it builds upon did not survive.
    }
    if (change.to != null) {
      directory.put(change.to, change.file);
    }
  }

  private void change(@Nullable String from, @Nullable String to, SimulatedFile file)
      throws IOException {
    operation();
    var change = new NameChange(from, to, file);
    apply(change, names);
    unsynced.add(change);
    crashPoint();
  }

  /// Begins an operation, which may fail before it does anything.
  private void operation() throws IOException {
    onOperation.run();
    if (errorRate > 0 && random.nextDouble() < errorRate) {
      throw new IOException("Input/output error");
    }
    crashPoint();
  }

  private void crashPoint() {
    if (operationsUntilCrash-- <= 0) {
      throw new SimulatedCrash();
    }
  }

  private void requireRoom(long more) throws IOException {
    long used = names.values().stream().mapToLong(SimulatedFile::size).sum();
    if (used + more > capacity) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public List<String> list() {
    return List.copyOf(names.keySet());
  }

  @Override
  public DiskFile create(String name) throws IOException {
    if (names.containsKey(name)) {
      throw new IOException(name + " exists");
    }
    requireRoom(1);
    var file = new SimulatedFile(new byte[0]);
    change(null, name, file);
    return new Handle(file, life);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    var file = names.get(name);
    if (file == null) {
      throw new IOException(name + " does not exist");
    }
    return new Handle(file, life);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    var file = names.get(from);
    if (file == null || names.containsKey(to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
    change(from, to, file);
  }

  @Override
  public void delete(String name) throws IOException {
    var file = names.get(name);
    if (file == null) {
      throw new IOException(name + " does not exist");
    }
    change(name, null, file);
  }

  @Override
  public void sync() throws IOException {
    operation();
    if (!ignoredSyncs.test(DIRECTORY)) {
      unsynced.clear();
      durable = new TreeMap<>(names);
    }
    crashPoint();
  }

  @Override
  public Closeable lock() throws IOException {
    if (locked) {
      throw new DiskLockedException("the simulated disk is in use");
    }
    locked = true;
    return () -> locked = false;
  }

  @Override
  public String toString() {
    return "the simulated disk";
  }

  private final class Handle implements DiskFile {
    private final SimulatedFile file;
    private final int openedIn;

    Handle(SimulatedFile file, int openedIn) {
      this.file = file;
      this.openedIn = openedIn;
    }

    private SimulatedFile file() {
      if (openedIn != life) {
        throw new IllegalStateException("a file outlived its process");
      }
      return file;
    }

    private String name() {
      return names.entrySet().stream()
          .filter(entry -> entry.getValue() == file)
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse("");
    }

    @Override
    public long size() {
      return file().size();
    }

    @Override
    public void read(long position, ByteBuffer target) {
      file().read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      operation();
      requireRoom(Math.max(0, position + source.remaining() - file().size()));
      var bytes = new byte[source.remaining()];
      source.get(bytes);
      if (operationsUntilCrash == 0) {
        file().write(position, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      } else {
        file().write(position, bytes);
      }
      crashPoint();
    }

    @Override
    public void truncate(long size) throws IOException {
      operation();
      file().truncate(size);
      crashPoint();
    }

    @Override
    public void sync() throws IOException {
      try {
        operation();
      } catch (IOException e) {
        file().failedSync(random);
        throw e;
      }
      if (!ignoredSyncs.test(name())) {
        file().sync();
      }
      crashPoint();
    }

    @Override
    public void close() {}
  }
}
