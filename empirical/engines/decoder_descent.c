/* AdamW on embeddings that are added and a decoder of tanh layers, (i, j, …) ↦ decoder(E_i + E_j + …).

   The activations of at most BLOCK samples are kept twice. By features, (features, BLOCK), they are what a product with
   the weights, (outputs, inputs) as PyTorch has them, reads and writes on the way forward; by samples, (BLOCK, features),
   they are what the way back needs. So no matrix of weights is ever transposed: in all three products

       forward   Aᵀ'[o, :] = Σ_i W[o, i] Aᵀ[i, :]
       back      D[b, :] = Σ_o D'[b, o] W[o, :]
       gradient  G[o, :] = Σ_b D'[b, o] A[b, :]

   a row of the result is a sum of numbers times rows. In the last block of a batch each tile of a gradient ends with the
   step of AdamW on the same weights, so that a batch of one block never writes its gradient to memory.

   Plain C with the vector extensions of GCC and Clang. The kernel is compiled once for each vector width, and
   the widest that the processor has is chosen when it runs. Sums run in a fixed order: the same input gives the
   same bits on the same kind of processor. Nothing here needs Python's headers: ctypes loads the library. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "processor.h"

enum {
    INTERFACE = 1, /* raised with every change of what is exported below; decoder.py has the same number */
    BLOCK = 48,    /* samples to a block: a multiple of 3 vectors of every width, and of every TILE */
    UNIT = 16,     /* rows and columns of weights are padded with zeros to a multiple of it: the widest vector */
};

/* A parameter (rows, columns), its rows `stride` apart, and what AdamW keeps of it; a bias is one row. */
struct tensor {
    float *values, *mean, *square, *gradient;
    long rows, columns, stride;
    double rate, decay;
};

struct network {
    struct tensor *tensors; /* the embedding, and of each layer the weights and the bias */
    long layers, places;    /* places: symbols that are added */
    const float *targets;   /* (classes, stride of the last bias); NULL where the decoder's values are logits */
    long classes;
    double beta1, beta2, epsilon;
    long warm_up, steps; /* steps: done so far */
    float *workspace;    /* so many floats as `decoder_descent_workspace` says, zero at first */
};

/* The activations of a block: level 0 is the sum of the embeddings, level k what layer k gives. */
struct level {
    float *by_feature; /* (stride, BLOCK) */
    float *by_sample;  /* (BLOCK, stride) */
    long width, stride;
};

struct workspace {
    struct level *levels;
    float *errors[2]; /* (BLOCK, the widest stride): D of a layer and of the one before it */
    float *outputs;   /* (classes, BLOCK) */
};

/* AdamW's numbers for one parameter in one step: w ← keep w - step m / (√v correction + ε). */
struct update {
    float keep, step, drag, beta2, gain, correction, epsilon;
};

/* Which part of a batch of so many samples a block is. */
struct part {
    long samples;
    int first, last;
};

static long level_stride(const struct network *network, long level)
{
    return network->tensors[2 * level].stride; /* the embedding, or the bias of the layer */
}

static long widest_stride(const struct network *network)
{
    long widest = 0;
    for (long level = 0; level <= network->layers; level++)
        widest = level_stride(network, level) > widest ? level_stride(network, level) : widest;
    return widest;
}

/* The workspace cut into its parts; returns what it takes of memory. `levels` has room for layers + 1. */
static long cut(const struct network *network, struct level *levels, struct workspace *workspace)
{
    float *memory = network->workspace;
    for (long k = 0; k <= network->layers; k++) {
        long stride = level_stride(network, k);
        levels[k] = (struct level){memory, memory + BLOCK * stride, network->tensors[2 * k].columns, stride};
        memory += 2 * BLOCK * stride;
    }
    *workspace = (struct workspace){levels, {memory, memory + BLOCK * widest_stride(network)}, NULL};
    workspace->outputs = memory + 2 * BLOCK * widest_stride(network);
    return workspace->outputs + BLOCK * network->classes - network->workspace;
}

/* Rates and corrections in the order of rounding of torch.optim.AdamW: in doubles, until they meet the weights. */
static struct update update_of(const struct network *network, const struct tensor *tensor, long step)
{
    double rate = step <= network->warm_up ? tensor->rate * step / network->warm_up : tensor->rate;
    double first = 1 - pow(network->beta1, step), second = 1 - pow(network->beta2, step);
    return (struct update){
        .keep = (float)(1 - rate * tensor->decay),
        .step = (float)(rate / first),
        .drag = (float)(1 - network->beta1),
        .beta2 = (float)network->beta2,
        .gain = (float)(1 - network->beta2),
        .correction = (float)(1 / sqrt(second)),
        .epsilon = (float)network->epsilon,
    };
}

/* Features to samples: (features, BLOCK) to (count, stride). */
static void transpose(const float *restrict by_feature, float *restrict by_sample, long stride, long count)
{
    for (long feature = 0; feature < stride; feature += UNIT)
        for (long sample = 0; sample < count; sample++)
            for (long k = 0; k < UNIT; k++)
                by_sample[sample * stride + feature + k] = by_feature[(feature + k) * BLOCK + sample];
}

#define LANES 4
#define TILE 4
#define TARGET
#include "decoder_descent_kernel.h"
#undef LANES
#undef TILE
#undef TARGET

#if defined(__x86_64__) || defined(__i386__)
#define LANES 8
#define TILE 4
#define TARGET __attribute__((target("avx2,fma")))
#include "decoder_descent_kernel.h"
#undef LANES
#undef TILE
#undef TARGET

#define LANES 16
#define TILE 8
#define TARGET __attribute__((target("avx512f,fma")))
#include "decoder_descent_kernel.h"
#undef LANES
#undef TILE
#undef TARGET
#endif

typedef void forward_function(const struct network *, struct workspace *, const int64_t *, long, float *);
typedef void back_function(const struct network *, struct workspace *, const int64_t *, const int64_t *, long,
                           struct part, const struct update *);

static int functions_of_width(int lanes, forward_function **forward, back_function **back)
{
#if defined(__x86_64__) || defined(__i386__)
    if (lanes == 16)
        return *forward = forward_16, *back = back_16, 1;
    if (lanes == 8)
        return *forward = forward_8, *back = back_8, 1;
#endif
    return *forward = forward_4, *back = back_4, lanes == 4;
}

/* Which arguments the functions below take: asked first, so that an older library is never called wrongly. */
int decoder_descent_interface(void)
{
    return INTERFACE;
}

/* What the caller has to know: UNIT, and the floats in the widest vector that this processor has. */
void decoder_descent_layout(int *unit, int *lanes)
{
    *unit = UNIT, *lanes = widest_lanes();
}

/* How many floats the workspace of a network has to have. */
long decoder_descent_workspace(const struct network *network)
{
    struct level levels[network->layers + 1];
    struct workspace workspace;
    return cut(network, levels, &workspace);
}

static int all_below(const int64_t *numbers, long count, long bound)
{
    for (long k = 0; k < count; k++)
        if (numbers[k] < 0 || numbers[k] >= bound)
            return 0;
    return 1;
}

/* Descent on each batch of `batch_size` successive samples, the last one maybe short.
   Inputs are symbols, (samples, places), labels classes. Writes the outputs (samples, classes) of each sample from
   before its own step. Returns 0; or -1, with nothing done, if a symbol or a class is none, or there is no such vector
   width here. */
int decoder_descent_steps(struct network *network, const int64_t *inputs, const int64_t *labels, long samples,
                          long batch_size, int lanes, float *outputs)
{
    struct level levels[network->layers + 1];
    struct update updates[2 * network->layers + 1];
    struct workspace workspace;
    forward_function *forward;
    back_function *back;
    if (!functions_of_width(lanes, &forward, &back) ||
        !all_below(inputs, samples * network->places, network->tensors[0].rows) ||
        !all_below(labels, samples, network->classes))
        return -1;
    cut(network, levels, &workspace);
    unsigned long before = flush_to_zero();
    for (long first = 0; first < samples; first += batch_size) {
        long size = least(batch_size, samples - first);
        network->steps++;
        for (long k = 0; k < 2 * network->layers + 1; k++)
            updates[k] = update_of(network, &network->tensors[k], network->steps);
        for (long done = 0; done < size; done += BLOCK) {
            long start = first + done, count = least(BLOCK, size - done);
            const int64_t *symbols = inputs + start * network->places;
            forward(network, &workspace, symbols, count, outputs + start * network->classes);
            back(network, &workspace, symbols, labels + start, count,
                 (struct part){size, done == 0, done + count == size}, updates);
        }
    }
    restore(before);
    return 0;
}

/* The outputs (samples, classes) of inputs (samples, places); returns as above. */
int decoder_descent_outputs(const struct network *network, const int64_t *inputs, long samples, int lanes,
                            float *outputs)
{
    struct level levels[network->layers + 1];
    struct workspace workspace;
    forward_function *forward;
    back_function *back;
    if (!functions_of_width(lanes, &forward, &back) ||
        !all_below(inputs, samples * network->places, network->tensors[0].rows))
        return -1;
    cut(network, levels, &workspace);
    unsigned long before = flush_to_zero();
    for (long first = 0; first < samples; first += BLOCK)
        forward(network, &workspace, inputs + first * network->places, least(BLOCK, samples - first),
                outputs + first * network->classes);
    restore(before);
    return 0;
}
