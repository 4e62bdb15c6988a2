/* Gradient descent on a two-layer ReLU network with two classes, one pass over the weights a step.

   The identities are those of two_class.py: with U, u the weights over their common scale α,

       δ = sigmoid(α² u·relu(Ux)) - y,   U ← U - c Σ x ⊗ (δ u [Ux > 0]),   u ← u - 2c Σ δ relu(Ux),   α ← α(1 - ηγ),

   with c = η / (1 - ηγ) / batch size. One more makes the activations needless: with G = Σ x ⊗ (δ [Ux > 0]), the
   gradient of U is G u and Σ δ relu(Ux) = Σ_rows U G. So a step needs of the forward pass only where Ux > 0, and
   the step of one batch and the forward pass of the next go strip by strip over the hidden units, each strip of
   weights being loaded once.

   Where all inputs are bits, products with them are sums over subsets: of the rows of U, and of the batch's errors. The
   sums over all subsets of 4 rows, and of 4 errors, are tabulated, and the whole batch, and all rows, look them up. So
   one addition does the work of 4 multiplications and additions, and 15 more make a table.

   Plain C with the vector extensions of GCC and Clang. The kernel is compiled once for each vector width, and
   the widest that the processor has is chosen when it runs. Sums run in a fixed order: the same input gives the
   same bits on the same kind of processor. Nothing here needs Python's headers: ctypes loads the library. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "processor.h"

enum {
    INTERFACE = 2,  /* raised with every change of what is exported below; fused.py has the same number */
    BLOCK = 48,     /* hidden units to a block: a multiple of 3 vectors of every width */
    TILE = 4,       /* samples, or rows of weights, to a tile */
    WORD = 32,      /* samples whose gates fill a word; so many go back at a time */
    CHUNK = 256,    /* samples at a time where there is no descent */
    ALIGNMENT = 64, /* bytes; of the widest vector */
};

/* fused.py has this structure and the next. */
struct network {
    float *hidden;  /* U: (blocks, stride, BLOCK); a row an input, one for the bias, and zeros up to a whole tile */
    float *readout; /* u: (blocks, BLOCK) */
    double scale;   /* α */
    long rows, stride, blocks;
};

struct examples {
    const void *inputs;  /* (samples, rows): floats, or bytes that are all 0 or 1 */
    const float *labels; /* (samples): 0 and 1; NULL where nothing is learned or judged */
    float *margins;      /* (samples), in the order in which they are taken: written */
    /* Written where there are labels: the share of right answers; and means over batches of those, a short one counting
       in full, and of the loss, -ln of the probability of the label. */
    double whole_accuracy, accuracy, loss;
    long samples, bits; /* bits: whether the inputs are bytes */
};

struct batch {
    void *inputs;                   /* (padded, stride), zeros beyond the samples and the rows */
    uint16_t *places, *places_back; /* (stride / TILE, padded) and (padded / TILE, stride): see `find_places` */
    float *errors;                  /* δ: (padded), zeros beyond the samples */
    float *margins;                 /* (samples) */
    float rate;                     /* c */
    long samples, padded, bits;
};

/* Memory for a pass: two batches, so that one can go back while the next goes forward. */
struct workspace {
    void *memory;
    struct batch batches[2];
    uint32_t *gates;  /* (blocks or 1, words, BLOCK): where h > 0 */
    long gate_stride; /* words from one block's gates to the next's, 0 where no step will need them */
    float *sums;      /* (padded, lanes) */
    float *tables;    /* (tiles of rows or samples, 16, 3 vectors); or the gated errors, (WORD, 3 vectors) */
    float *gradient;  /* (stride, 3 vectors): -G of the words that are done */
};

#define LANES 4
#define TARGET
#include "fused_descent_kernel.h"
#undef LANES
#undef TARGET

#if defined(__x86_64__) || defined(__i386__)
#define LANES 8
#define TARGET __attribute__((target("avx2,fma")))
#include "fused_descent_kernel.h"
#undef LANES
#undef TARGET

#define LANES 16
#define TARGET __attribute__((target("avx512f,fma")))
#include "fused_descent_kernel.h"
#undef LANES
#undef TARGET
#endif

typedef void pass_function(struct network *, const struct batch *, struct batch *, struct workspace *);

static pass_function *pass_of_width(int lanes)
{
#if defined(__x86_64__) || defined(__i386__)
    if (lanes == 16)
        return pass_16;
    if (lanes == 8)
        return pass_8;
#endif
    return lanes == 4 ? pass_4 : NULL;
}

/* Which arguments the functions below take: asked first, so that an older library is never called wrongly. */
int fused_descent_interface(void)
{
    return INTERFACE;
}

/* What the caller has to know: BLOCK, TILE, and the floats in the widest vector that this processor has. */
void fused_descent_layout(int *block, int *tile, int *lanes)
{
    *block = BLOCK, *tile = TILE, *lanes = widest_lanes();
}

/* Write numbers as bytes, and return whether all of them are 0 or 1. */
int fused_descent_bits(const float *numbers, long count, uint8_t *bytes)
{
    int others = 0;
    for (long k = 0; k < count; k++) {
        bytes[k] = numbers[k] != 0;
        others |= numbers[k] != bytes[k];
    }
    return !others;
}

/* The next part of the memory; with no memory yet, only its size is counted. */
static void *take(const struct workspace *workspace, size_t *used, size_t bytes)
{
    char *part = workspace->memory ? (char *)workspace->memory + *used : NULL;
    *used += up_to_whole(bytes, ALIGNMENT);
    return part;
}

/* Part the memory for batches of so many samples, which go back or not; returns how much that takes. */
static size_t divide(struct workspace *workspace, const struct network *network, long samples, int descends)
{
    long padded = up_to_whole(samples, TILE), stride = network->stride, words = up_to_whole(padded, WORD) / WORD;
    long gated_blocks = descends ? network->blocks : 1, items = stride > WORD ? stride : WORD;
    size_t used = 0, places = padded * stride / TILE * sizeof(uint16_t);
    for (int k = 0; k < 2; k++) {
        struct batch *batch = &workspace->batches[k];
        batch->inputs = take(workspace, &used, padded * stride * sizeof(float));
        batch->places = take(workspace, &used, places);
        batch->places_back = take(workspace, &used, places);
        batch->errors = take(workspace, &used, padded * sizeof(float));
    }
    workspace->gates = take(workspace, &used, gated_blocks * words * BLOCK * sizeof(uint32_t));
    workspace->gate_stride = descends ? words * BLOCK : 0;
    workspace->sums = take(workspace, &used, padded * ALIGNMENT);
    workspace->tables = take(workspace, &used, items / TILE * 16 * 3 * ALIGNMENT);
    workspace->gradient = take(workspace, &used, stride * 3 * ALIGNMENT);
    return used;
}

/* As `divide`; returns whether there is so much memory. */
static int open_workspace(struct workspace *workspace, const struct network *network, long samples, int descends)
{
    workspace->memory = NULL;
    workspace->memory = aligned_alloc(ALIGNMENT, divide(workspace, network, samples, descends));
    divide(workspace, network, samples, descends);
    return workspace->memory != NULL;
}

/* Take so many samples from the `first` on, counted in the order. */
static void load(struct batch *batch, const struct network *network, const struct examples *examples,
                 const int64_t *order, long first, long samples)
{
    size_t number = examples->bits ? sizeof(uint8_t) : sizeof(float);
    size_t from = number * network->rows, to = number * network->stride;
    char *row = batch->inputs;
    batch->bits = examples->bits;
    batch->margins = examples->margins + first;
    batch->samples = samples;
    batch->padded = up_to_whole(samples, TILE);
    for (long k = first; k < first + samples; k++, row += to) {
        memcpy(row, (const char *)examples->inputs + (order ? order[k] : k) * from, from);
        memset(row + from, 0, to - from);
    }
    memset(row, 0, (batch->padded - samples) * to);
    memset(batch->errors + samples, 0, (batch->padded - samples) * sizeof(float));
}

/* Count so many samples' margins, from the `first` on, as a batch of the means; write δ, unless that is NULL. With
   e = exp(-|margin|) both come of one exponential, and one logarithm, of Π (1 + e), does for many samples. */
static void judge(struct examples *examples, const int64_t *order, long first, long samples, float *errors)
{
    long right = 0;
    double loss = 0, product = 0; /* Π (1 + e) - 1 */
    for (long k = first; k < first + samples; k++) {
        float margin = examples->margins[k], label = examples->labels[order ? order[k] : k];
        float e = expf(-fabsf(margin)), wrong = (1 - 2 * label) * margin;
        if (errors)
            errors[k - first] = (margin > 0 ? 1 : e) / (1 + e) - label;
        right += (margin > 0) == (label > 0);
        loss += wrong > 0 ? wrong : 0; /* of no number nothing: the product tells */
        product += e * (1 + product);
        if (product > 1e200)
            loss += log1p(product), product = 0;
    }
    examples->whole_accuracy += right;
    examples->accuracy += (double)right / samples;
    examples->loss += (loss + log1p(product)) / samples;
}

static void begin_means(struct examples *examples)
{
    examples->whole_accuracy = examples->accuracy = examples->loss = 0;
}

static void end_means(struct examples *examples, long batch_size)
{
    long batches = up_to_whole(examples->samples, batch_size) / batch_size;
    examples->whole_accuracy /= examples->samples;
    examples->accuracy /= batches;
    examples->loss /= batches;
}

/* α ← α(1 - ηγ), kept in [1/2, 1]: halving is exact, so that no rounding ever piles up. */
static void decay_scale(struct network *network, double decay)
{
    network->scale *= decay;
    for (; network->scale < 0.5; network->scale *= 2) {
        for (long k = 0; k < network->blocks * network->stride * BLOCK; k++)
            network->hidden[k] *= 0.5f;
        for (long k = 0; k < network->blocks * BLOCK; k++)
            network->readout[k] *= 0.5f;
    }
}

/* Descent on each batch of `batch_size` successive samples, no more than there are, the last one maybe short. `order`
   has the numbers of the samples as they are taken, NULL is the order that they have.
   Writes the margins of each sample from before its own step, and their means.
   Returns 0; 1 and does nothing if a number in the order is that of no sample; or -1 if there is no memory for it, or no
   such vector width here. */
int fused_descent_epoch(struct network *network, struct examples *examples, const int64_t *order, long batch_size,
                        double learning_rate, double decay, int lanes)
{
    struct workspace workspace;
    struct batch *back = NULL, *front = NULL;
    pass_function *pass = pass_of_width(lanes);
    for (long k = 0; order && k < examples->samples; k++)
        if (order[k] < 0 || order[k] >= examples->samples)
            return 1;
    if (!pass || !open_workspace(&workspace, network, batch_size, 1))
        return -1;
    unsigned long before = flush_to_zero();
    begin_means(examples);
    for (long first = 0; first < examples->samples || back; first += batch_size, back = front) {
        front = first < examples->samples ? &workspace.batches[first / batch_size % 2] : NULL;
        if (front)
            load(front, network, examples, order, first, least(batch_size, examples->samples - first));
        if (back) {
            back->rate = (float)(learning_rate / decay / back->samples);
            decay_scale(network, decay);
        }
        pass(network, back, front, &workspace);
        if (front)
            judge(examples, order, first, front->samples, front->errors);
    }
    end_means(examples, batch_size);
    restore(before);
    free(workspace.memory);
    return 0;
}

/* The margins, and where there are labels their means over batches of `batch_size`; returns 0 or -1 as above. */
int fused_descent_margins(struct network *network, struct examples *examples, long batch_size, int lanes)
{
    struct workspace workspace;
    pass_function *pass = pass_of_width(lanes);
    if (!pass || !open_workspace(&workspace, network, CHUNK, 0))
        return -1;
    unsigned long before = flush_to_zero();
    for (long first = 0; first < examples->samples; first += CHUNK) {
        load(&workspace.batches[0], network, examples, NULL, first, least(CHUNK, examples->samples - first));
        pass(network, NULL, &workspace.batches[0], &workspace);
    }
    begin_means(examples);
    for (long first = 0; examples->labels && first < examples->samples; first += batch_size)
        judge(examples, NULL, first, least(batch_size, examples->samples - first), NULL);
    end_means(examples, batch_size);
    restore(before);
    free(workspace.memory);
    return 0;
}
